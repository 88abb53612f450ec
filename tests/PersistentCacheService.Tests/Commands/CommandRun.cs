using PersistentCacheService.Commands;

namespace PersistentCacheService.Tests.Commands;

/// <summary>A finished command.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it complained about.</param>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a command with these environment variables and no others.</summary>
    public static Task<CommandRun> OfAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) => OfAsync(environment, "", arguments);

    /// <summary>The same with a text on standard input.</summary>
    public static async Task<CommandRun> OfAsync(IReadOnlyDictionary<string, string?> environment, string input, string[] arguments)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await OperatorCommands.RunAsync(
            arguments, new CommandContext(environment.GetValueOrDefault, output, errors, TimeProvider.System) { Piped = reader }, CancellationToken.None);
        return new CommandRun(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>The same without any environment variable.</summary>
    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(new Dictionary<string, string?>(), arguments);
}
