using System.CommandLine;
using System.Globalization;
using System.Text;
using PersistentCacheService.Commands;

namespace Documentation.Tests;

/// <summary>What <c>--help</c> prints, of the executable and of each command.</summary>
internal static class CommandHelp
{
    /// <summary>All of it, in Markdown.</summary>
    public static async Task<string> RenderAsync()
    {
        var text = new StringBuilder();
        await AppendAsync(text, CommandTree.Create(Context(TextWriter.Null)), []);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static async Task AppendAsync(StringBuilder text, Command command, string[] path)
    {
        using var help = new StringWriter();
        await OperatorCommands.RunAsync([.. path, "--help"], Context(help), CancellationToken.None);
        text.Append(CultureInfo.InvariantCulture, $"```text\n$ {string.Join(' ', [CommandTree.Program, .. path])} --help\n{help.ToString().Trim()}\n```\n");
        foreach (var further in command.Subcommands.Where(static further => !further.Hidden))
        {
            text.Append('\n');
            await AppendAsync(text, further, [.. path, further.Name]);
        }
    }

    private static CommandContext Context(TextWriter output) => new(static _ => null, output, TextWriter.Null, TimeProvider.System);
}
