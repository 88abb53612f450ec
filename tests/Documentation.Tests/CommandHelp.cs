using PersistentCacheService.Commands;

namespace Documentation.Tests;

/// <summary>What <c>--help</c> prints, of the executable and of each command.</summary>
internal static class CommandHelp
{
    /// <summary>All of it, in Markdown.</summary>
    public static async Task<string> RenderAsync()
    {
        using var text = new StringWriter();
        await AppendAsync(text, CommandTree.Create(Context(text)), []);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static async Task AppendAsync(StringWriter text, System.CommandLine.Command command, string[] path)
    {
        using var help = new StringWriter();
        await OperatorCommands.RunAsync([.. path, "--help"], Context(help), CancellationToken.None);
        text.Write($"```text\n$ {string.Join(' ', [CommandTree.Program, .. path])} --help\n{help.ToString().Trim()}\n```\n");
        foreach (var further in command.Subcommands.Where(static further => !further.Hidden))
        {
            text.Write('\n');
            await AppendAsync(text, further, [.. path, further.Name]);
        }
    }

    private static CommandContext Context(TextWriter output) => new(static _ => null, output, TextWriter.Null, TimeProvider.System);
}
