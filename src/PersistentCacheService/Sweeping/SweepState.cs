using System.Globalization;
using PersistentCacheService.Refetching;

namespace PersistentCacheService.Sweeping;

/// <summary>How far a sweep is: the text that stands in Redis, so that any process can continue it. Readable for operators, too.</summary>
/// <param name="Since">SentTimestamp of the latest event that asked for it, Unix ms: the time of fetched entitlements that have none.</param>
/// <param name="Server">Run id of the Redis server that gave <paramref name="Cursor"/>, to no other does it mean anything; empty before the first.</param>
/// <param name="Cursor">Where SCAN continues; <see cref="Start"/> at the beginning.</param>
/// <param name="Total">Customers and resources that were cached when it began; null: not counted yet.</param>
/// <param name="Done">How many of them are done, the failed ones included.</param>
/// <param name="Failed">How many of them could not be refreshed.</param>
/// <param name="Drifted">How many of them an audit found wrong and did not repair; 0 for a sweep.</param>
internal sealed record SweepState(
    long Since, string Server = "", string Cursor = SweepState.Start, long? Total = null, long Done = 0, long Failed = 0, long Drifted = 0)
{
    /// <inheritdoc cref="CachedCustomers.Start"/>
    public const string Start = CachedCustomers.Start;

    /// <summary>Those that are left, by the count at the beginning.</summary>
    public long Left => Math.Max(0, (Total ?? 0) - Done);

    /// <summary>The text of a new sweep after the time of its request, for the script that begins it.</summary>
    public static string NewText => new SweepState(0).Text["since=0".Length..];

    /// <summary>The text.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"since={Since} server={Server} cursor={Cursor} total={Total} done={Done} failed={Failed} drifted={Drifted}");

    /// <summary>Reads the text. What is missing or damaged has its value of a new sweep: then all are refreshed again, which does no harm.</summary>
    public static SweepState Parse(string text)
    {
        var members = text.Split(' ')
            .Select(static member => member.Split('=', 2))
            .Where(static pair => pair.Length == 2)
            .GroupBy(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        var cursor = ulong.TryParse(members.GetValueOrDefault("cursor"), CultureInfo.InvariantCulture, out var position) ? position : 0;
        return new SweepState(
            Number("since") ?? 0,
            members.GetValueOrDefault("server") ?? "",
            cursor.ToString(CultureInfo.InvariantCulture),
            Number("total"),
            Number("done") ?? 0,
            Number("failed") ?? 0,
            Number("drifted") ?? 0);

        long? Number(string name) =>
            long.TryParse(members.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
