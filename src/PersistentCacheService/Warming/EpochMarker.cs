using System.Globalization;
using System.Text;
using EntitlementCache.Redis;

namespace PersistentCacheService.Warming;

/// <summary>
/// The marker of the data in Redis, as one process knows it: an id that new data does not have, and a count that every look raises, so that an older
/// snapshot shows itself, too. Who finds a loss gives the data another id and writes down what was found, so that all processes come to the same verdict.
/// </summary>
/// <param name="redis">The connection.</param>
/// <param name="keys">The keys.</param>
/// <param name="time">The clock.</param>
internal sealed class EpochMarker(RedisClient redis, WarmKeys keys, TimeProvider time)
{
    // The clocks of the workers may differ by this.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly byte[] _token = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")[..12]);
    private string _id = "";
    private long _beats;

    /// <summary>Looks whether the marker is the one of before, and raises its count. One call at a time.</summary>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<EpochSighting> BeatAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var call = new ScriptCall(WarmScripts.Beat)
            .AddKey(keys.Epoch).AddKey(keys.EpochCopy).AddKey(keys.Warming)
            .Add(_token).Add(Encoding.ASCII.GetBytes(_id)).Add(_beats).Add(Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"))).Add(now.ToUnixTimeMilliseconds());
        var reply = await redis.EvaluateAsync(call, static reply => Reply.Parse(reply.ReadScalar().ReadString() ?? ""), cancellationToken);
        (_id, _beats) = (reply.Id, reply.Beats);
        return new EpochSighting(reply.Verdict == "first", WipeOf(reply.Verdict, reply.Since, now), reply.IsWarming);
    }

    private static Wipe? WipeOf(string verdict, long since, DateTimeOffset now) => verdict switch
    {
        "emptied" => new Wipe(WipeKind.Emptied, Lost: null),
        "replaced" => new Wipe(WipeKind.Replaced, Lost: null),
        "rolled-back" => new Wipe(WipeKind.RolledBack, TimeSpan.FromMilliseconds(Math.Max(0, now.ToUnixTimeMilliseconds() - since)) + ClockSkew),
        _ => null,
    };

    private sealed record Reply(string Id, long Beats, string Verdict, long Since, bool IsWarming)
    {
        public static Reply Parse(string text)
        {
            return text.Split(' ') is [var id, var beats, var verdict, var since, var isWarming]
                ? new Reply(id, Number(beats), verdict, Number(since), isWarming == "1")
                : throw new FormatException("The marker's script gives five words.");
        }

        private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
