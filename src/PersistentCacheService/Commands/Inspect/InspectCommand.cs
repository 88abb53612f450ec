using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands.Inspect;

/// <summary><c>inspect</c>: what Redis holds about a customer, how old it is, and what a reader makes of it.</summary>
internal static class InspectCommand
{
    /// <summary>Reads, judges and prints.</summary>
    /// <returns>Whether every reader the layout is made for answers from the cache.</returns>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await CacheAccess.OpenAsync(context, cancellationToken);
        if (access is null)
        {
            return ExitCodes.WrongConfiguration;
        }

        var snapshot = await new SnapshotReader(access.Redis, access.Settings.EnvironmentPrefix).ReadAsync(line.Customer, cancellationToken);
        var now = context.Time.GetUtcNow();
        ReaderVerdict[] verdicts = [.. ReaderVerdict.ReadersOf(access.Settings.Layout).Select(reader => ReaderVerdict.Of(reader, snapshot, now))];
        var credits = CreditComparison.AllOf(snapshot, access.Settings);
        await context.Output.WriteLineAsync(
            line.Json ? SnapshotJson.Print(line, access, snapshot, credits, verdicts) : SnapshotTable.Print(line, access, snapshot, credits, verdicts, context));
        return Array.TrueForAll(verdicts, static verdict => verdict.IsHit) ? ExitCodes.Stopped : ExitCodes.CacheMiss;
    }
}
