using System.Globalization;
using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands;

/// <summary>The exit codes, as the help lists them.</summary>
internal static class ExitCodeList
{
    private const string Every = "";

    private static readonly (int Code, string Commands, string Meaning)[] Meanings =
    [
        (ExitCodes.Stopped, Every, "done; nothing is wrong"),
        (ExitCodes.Crashed, "healthcheck", "not healthy"),
        (ExitCodes.Crashed, Every, "crashed"),
        (ExitCodes.CacheMiss, "inspect", "a reader would call it a miss"),
        (ExitCodes.CacheMiss, "dlq", "explain saw no such message"),
        (ExitCodes.Incomplete, "sweep, warm, audit", "some customers could not be fetched"),
        (ExitCodes.Incomplete, "dlq", "some messages were meant and are still there"),
        (ExitCodes.Drift, "audit", "the cache is wrong about some customers"),
        (ExitCodes.WrongUsage, Every, "wrong command line"),
        (ExitCodes.WrongUsage, "warm", "a list of customers that cannot be read"),
        (ExitCodes.WrongUsage, "dlq", "drop was not confirmed"),
        (ExitCodes.Unavailable, "inspect, purge, sweep, warm, audit, check, dlq", "Redis, the queue or the Edge API is unavailable at the moment"),
        (ExitCodes.TryAgain, "purge", "an SDK holds the customer's lock"),
        (ExitCodes.TryAgain, Every, "stopped by Ctrl-C or SIGTERM before the end; run it again to continue"),
        (ExitCodes.WrongConfiguration, Every, "wrong configuration; all problems are printed"),
    ];

    /// <summary>A line for each code.</summary>
    /// <param name="command">The command; the executable: those of all.</param>
    public static IEnumerable<string> Of(string command) =>
        from meaning in Meanings
        where command == CommandTree.Program || meaning.Commands.Length == 0 || meaning.Commands.Split(", ").Contains(command)
        group command == CommandTree.Program && meaning.Commands.Length > 0 ? $"{meaning.Commands}: {meaning.Meaning}" : meaning.Meaning by meaning.Code into codes
        select string.Create(CultureInfo.InvariantCulture, $"  {codes.Key,2}  {string.Join("; ", codes)}");
}
