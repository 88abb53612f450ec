using System.Globalization;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.OtherWriters;

/// <summary>Writes a customer's state as Stigg's SDK does: takes the customer's lock, reads the timestamps, compares on its side, writes what is not older in a transaction, releases.</summary>
/// <param name="redis">Its connection.</param>
/// <param name="state">What it has fetched, at the time it carries.</param>
internal sealed class SdkWriter(RedisReader redis, StiggMessage state)
{
    private const string Expiry = "604800";
    private const string Prefix = "production";

    // Releases only its own lock, as a library for locks does.
    private const string Release = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private readonly CacheWrite[] _writes = [.. state.Writes()];
    private readonly string _token = Guid.NewGuid().ToString("N");
    private readonly List<CacheWrite> _notOlder = [];

    /// <summary>Whether it found something to write when it compared.</summary>
    public bool HasSomethingToWrite => _notOlder.Count > 0;

    private string LockKey => $"{Prefix}-{state.CustomerId}";

    /// <summary>Takes the lock for 5 s, as the SDK does; false when another writer has it.</summary>
    public async Task<bool> TryLockAsync() => await redis.ExecuteAsync("SET", LockKey, _token, "PX", "5000", "NX") is not null;

    /// <summary>Reads the stored timestamps and decides what to write.</summary>
    public async Task ReadAsync()
    {
        var stored = (List<object?>)(await redis.ExecuteAsync(["MGET", .. _writes.Select(static write => $"{Prefix}:{write.Key}#timestamp")]))!;
        _notOlder.Clear();
        _notOlder.AddRange(_writes.Where((write, index) => stored[index] is not string text || long.Parse(text, CultureInfo.InvariantCulture) <= write.Timestamp));
    }

    /// <summary>Writes what it decided to write, whatever has happened since.</summary>
    public async Task WriteAsync()
    {
        List<string[]> commands = [["MULTI"]];
        foreach (var write in _notOlder)
        {
            commands.Add(["SET", $"{Prefix}:{write.Key}", write.Value().ToJsonString(), "EX", Expiry]);
            commands.Add(["SET", $"{Prefix}:{write.Key}#timestamp", write.Timestamp.ToString(CultureInfo.InvariantCulture), "EX", Expiry]);
        }

        commands.Add(["EXEC"]);
        await redis.ExecuteAllAsync(commands);
    }

    /// <summary>Releases the lock, if it is still its own.</summary>
    public Task UnlockAsync() => redis.ExecuteAsync("EVAL", Release, "1", LockKey, _token);

    /// <summary>Loses the lock without noticing: it expired, or somebody removed it.</summary>
    public Task LoseLockAsync() => redis.ExecuteAsync("DEL", LockKey);
}
