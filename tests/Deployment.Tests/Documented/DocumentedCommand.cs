using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests.Documented;

/// <summary>A command that a page shows, in a block or in the running text.</summary>
/// <param name="Page">The page, from the repository's root.</param>
/// <param name="Text">The command on one line, as it is printed.</param>
/// <param name="Values">The YAML block that the page shows before it; empty: none.</param>
internal sealed partial record DocumentedCommand(string Page, string Text, string Values)
{
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture;

    private const string Programs = "make|helm|kubectl|kustomize|docker|aws|curl|dotnet|dotnet-dump|redis-cli|redis-server|openssl|promtool|persistent-cache-service|eng/[a-z]+\\.sh";

    /// <summary>Every page for users, operators and developers.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md",
        "helm/persistent-cache-service/README.md",
        "deploy/redis/README.md",
        .. Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(RepositoryRoot.Directory, page)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every command of every page.</summary>
    public static IReadOnlyList<DocumentedCommand> All { get; } = [.. Pages.SelectMany(In)];

    /// <summary>Its words.</summary>
    public IReadOnlyList<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<DocumentedCommand> In(string page)
    {
        var text = File.ReadAllText(RepositoryRoot.File(page));
        var values = "";
        foreach (Match block in Block().Matches(text))
        {
            if (block.Groups["language"].Value == "yaml")
            {
                values = block.Groups["text"].Value;
            }
            else if (block.Groups["language"].Value == "sh")
            {
                foreach (var line in block.Groups["text"].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Where(line => line.Length > 0))
                {
                    yield return new DocumentedCommand(page, line, values);
                }
            }
        }

        foreach (Match command in InText().Matches(Block().Replace(text, "")))
        {
            yield return new DocumentedCommand(page, command.Groups["text"].Value, values);
        }
    }

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<text>.*?)^```", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();

    // A block by indentation, or code in the text; a program's name alone is no command.
    [GeneratedRegex("(^    |`)(?<text>(" + Programs + ") [^`\n]+)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InText();
}
