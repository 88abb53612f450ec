using Spectre.Console;

namespace PersistentCacheService.Commands;

/// <summary>What a command stands on.</summary>
/// <param name="Environment">Gives the text of an environment variable, null when it is not set.</param>
/// <param name="Output">Results.</param>
/// <param name="Errors">Why there are none.</param>
/// <param name="Time">The clock.</param>
/// <param name="IsTerminal">Whether the output is a terminal, so that a line may be overwritten.</param>
/// <param name="Input">Where questions are answered; null: they cannot be asked.</param>
internal sealed record CommandContext(
    Func<string, string?> Environment, TextWriter Output, TextWriter Errors, TimeProvider Time, bool IsTerminal = false, TextReader? Input = null)
{
    // A log or a pipe has no right edge.
    private const int WithoutEdge = 10_000;

    /// <summary>What is piped in.</summary>
    public TextReader Piped { get; init; } = TextReader.Null;

    /// <summary>Where words for people go that are no result.</summary>
    /// <param name="isJson">Whether the output holds JSON alone.</param>
    public TextWriter Notes(bool isJson) => isJson ? Errors : Output;

    /// <summary>The output, for bars and tables. Colours and moves only on a terminal.</summary>
    public IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(Output),
        });
        if (!IsTerminal)
        {
            console.Profile.Width = WithoutEdge;
        }

        return console;
    }
}
