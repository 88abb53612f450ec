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
    /// <summary>What is piped in.</summary>
    public TextReader Piped { get; init; } = TextReader.Null;
}
