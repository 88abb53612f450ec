using System.Reflection;
using System.Text.RegularExpressions;
using TestKit;

namespace PersistentCacheService.FaultTests;

/// <summary>The table of docs/reliability.md names tests that exist.</summary>
public sealed partial class ReliabilityPageTests
{
    private const int FewestRows = 70;

    [Fact]
    public void Every_row_is_reproduced_by_a_test_that_exists()
    {
        var tests = typeof(ReliabilityPageTests).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods().Where(static method => method.GetCustomAttributes<FactAttribute>().Any()))
            .SelectMany(static method => new[] { method.Name, $"{method.DeclaringType!.Name}.{method.Name}" })
            .ToHashSet(StringComparer.Ordinal);
        var named = Command().Matches(File.ReadAllText(RepositoryRoot.File("docs", "reliability.md"))).Select(static match => match.Groups["test"].Value).ToArray();

        Assert.True(named.Length >= FewestRows, $"Only {named.Length} rows: run make test-faults, then make reliability.");
        Assert.All(named, test => Assert.Contains(test, tests));
    }

    [GeneratedRegex(@"make fault NAME=(?<test>[\w.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();
}
