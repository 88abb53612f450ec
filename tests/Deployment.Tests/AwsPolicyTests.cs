using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests;

/// <summary>The IAM documents of deploy/aws.</summary>
public sealed class AwsPolicyTests
{
    // AmazonSQSClient's calls in the worker, under the names IAM has for them: the batch calls need the right of the single ones.
    private static readonly string[] Needed = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

    [Fact]
    public void The_policy_allows_what_the_worker_calls_on_one_queue_and_nothing_else()
    {
        var statement = Assert.Single(Read("iam-policy.json")["Statement"]!.AsArray())!;

        Assert.Equal("Allow", statement.Text("Effect"));
        Assert.Equal(Needed, statement["Action"]!.AsArray().Select(a => a!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.StartsWith("arn:aws:sqs:", statement.Text("Resource"), StringComparison.Ordinal);
        Assert.DoesNotContain('*', statement.Text("Resource")!);
    }

    [Fact]
    public async Task The_worker_calls_nothing_that_the_policy_lacks()
    {
        var called = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.File("src", "PersistentCacheService"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            var text = await File.ReadAllTextAsync(file);
            called.UnionWith(typeof(Amazon.SQS.AmazonSQSClient).GetMethods()
                .Select(method => method.Name)
                .Where(name => name.EndsWith("Async", StringComparison.Ordinal) && Regex.IsMatch(text, $@"\b[cC]lient\.{name}\b", RegexOptions.None, TimeSpan.FromSeconds(1))));
        }

        Assert.NotEmpty(called);
        Assert.Empty(called.Select(name => "sqs:" + name.Replace("BatchAsync", "", StringComparison.Ordinal).Replace("Async", "", StringComparison.Ordinal)).Except(Needed));
    }

    [Theory]
    [InlineData("trust-irsa.json", "sts:AssumeRoleWithWebIdentity")]
    [InlineData("trust-pod-identity.json", "sts:AssumeRole")]
    public void A_trust_policy_is_of_its_kind(string file, string action)
    {
        var statement = Read(file)["Statement"]![0]!;
        var actions = statement["Action"] is JsonArray list ? list.Select(a => a!.GetValue<string>()) : [statement.Text("Action")!];

        Assert.Contains(action, actions);
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("deploy", "aws", file)))!;
}
