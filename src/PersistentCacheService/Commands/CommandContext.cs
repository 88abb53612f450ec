namespace PersistentCacheService.Commands;

/// <summary>What a command stands on.</summary>
/// <param name="Environment">Gives the text of an environment variable, null when it is not set.</param>
/// <param name="Output">Results.</param>
/// <param name="Errors">Why there are none.</param>
/// <param name="Time">The clock.</param>
/// <param name="IsTerminal">Whether the output is a terminal, so that a line may be overwritten.</param>
internal sealed record CommandContext(Func<string, string?> Environment, TextWriter Output, TextWriter Errors, TimeProvider Time, bool IsTerminal = false);
