using System.Globalization;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using StackExchange.Redis;

namespace PersistentCacheService.Sweeping;

/// <summary>Finds the customers and resources whose entitlements are cached: SCAN of the timestamp keys (CONTRACT 5), which never blocks the server.</summary>
/// <param name="redis">The connection.</param>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class CachedCustomers(RedisClient redis, string environmentPrefix)
{
    // Keys the server looks at in one go: a fraction of a millisecond each time.
    private const int KeysPerPage = 200;
    private const int KeysPerCount = 1000;

    private readonly SweepKeys _keys = new(environmentPrefix);
    private readonly byte[] _first = System.Text.Encoding.UTF8.GetBytes($"{environmentPrefix}:c_");

    /// <summary>The next customers after a cursor: at least <paramref name="atLeast"/>, or all that are left. One can come twice (SCAN's rule).</summary>
    /// <returns>They, and the cursor after them: <see cref="SweepState.Start"/> when there are no more.</returns>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<(List<CustomerIdentity> Customers, string Cursor)> NextAsync(string cursor, int atLeast, CancellationToken cancellationToken)
    {
        var customers = new List<CustomerIdentity>();
        do
        {
            (var page, cursor) = await ScanAsync(cursor, KeysPerPage, cancellationToken);
            customers.AddRange(page);
        }
        while (customers.Count < atLeast && cursor != SweepState.Start);
        return (customers, cursor);
    }

    /// <summary>How many there are now; one that came twice counts twice.</summary>
    /// <inheritdoc cref="NextAsync" path="/exception"/>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var (count, cursor) = (0L, SweepState.Start);
        do
        {
            (var page, cursor) = await ScanAsync(cursor, KeysPerCount, cancellationToken);
            count += page.Count();
        }
        while (cursor != SweepState.Start);
        return count;
    }

    /// <summary>Run id of the server: a cursor means nothing to another one, nor to the same one after a restart. Empty: it does not say.</summary>
    public async Task<string> ServerAsync(CancellationToken cancellationToken)
    {
        const string Name = "run_id:";
        try
        {
            var info = (await redis.ExecuteAsync("INFO", ["server"], cancellationToken)).ToString();
            var line = info.Split('\n').FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
            return line is null ? "" : line[Name.Length..].Trim();
        }
        catch (RedisFailureException exception) when (exception.Kind == RedisFailureKind.NoPermission)
        {
            return "";
        }
    }

    /// <summary>Whose entitlements a timestamp key belongs to; null: it is one of metadata or usage, or of an id that the contract does not allow.</summary>
    internal CustomerIdentity? Parse(ReadOnlyMemory<byte> key)
    {
        if (!key.Span.StartsWith(_first) || !key.Span.EndsWith(CacheKeys.TimestampSuffix))
        {
            return null;
        }

        // Ids contain no separator: whatever else the key has, such as :metadata or :f_, makes its id invalid.
        var ids = key[_first.Length..^CacheKeys.TimestampSuffix.Length];
        var separator = ids.Span.IndexOf(":r_"u8);
        var customer = separator < 0 ? new CustomerIdentity(ids, default) : new CustomerIdentity(ids[..separator], ids[(separator + ":r_".Length)..]);
        var isValid = IdRules.IsValid(customer.CustomerId.Span) && (separator < 0 || IdRules.IsValid(customer.ResourceId.Span));
        return isValid ? customer : null;
    }

    private async Task<(IEnumerable<CustomerIdentity> Customers, string Cursor)> ScanAsync(string cursor, int keys, CancellationToken cancellationToken)
    {
        var reply = await redis.ExecuteAsync("SCAN", [cursor, "MATCH", _keys.Pattern, "COUNT", keys.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        var found = ((RedisValue[])reply[1]!).Select(key => Parse((byte[])key!)).OfType<CustomerIdentity>();
        return (found, reply[0].ToString());
    }
}
