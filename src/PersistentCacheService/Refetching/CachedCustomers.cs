using System.Globalization;
using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using StackExchange.Redis;

namespace PersistentCacheService.Refetching;

/// <summary>Finds the customers and resources whose entitlements are cached: SCAN of the timestamp keys (CONTRACT 5), which never blocks the server.</summary>
/// <param name="redis">The connection.</param>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class CachedCustomers(RedisClient redis, string environmentPrefix)
{
    // Keys the server looks at in one go: a fraction of a millisecond each time.
    private const int KeysPerPage = 200;
    private const int KeysPerCount = 1000;

    /// <summary>SCAN's cursor at the beginning, and at the end.</summary>
    public const string Start = "0";

    // It finds the timestamps of metadata and usage as well.
    private readonly string _pattern = $"{Escape(environmentPrefix)}:c_*#timestamp";
    private readonly byte[] _first = Encoding.UTF8.GetBytes($"{environmentPrefix}:c_");

    /// <summary>Gets every timestamp key that <see cref="NextAsync"/> meets and that is no customer's: of metadata, of usage, or of an id that the contract does not allow.</summary>
    public Action<byte[]>? OtherKey { get; init; }

    /// <summary>The next customers after a cursor: at least <paramref name="atLeast"/>, or all that are left. One can come twice (SCAN's rule).</summary>
    /// <returns>They, and the cursor after them: <see cref="Start"/> when there are no more.</returns>
    /// <exception cref="RedisFailureException">Redis could not be asked.</exception>
    public async Task<(List<CustomerIdentity> Customers, string Cursor)> NextAsync(string cursor, int atLeast, CancellationToken cancellationToken)
    {
        var customers = new List<CustomerIdentity>();
        do
        {
            (var page, cursor) = await ScanAsync(cursor, KeysPerPage, OtherKey, cancellationToken);
            customers.AddRange(page);
        }
        while (customers.Count < atLeast && cursor != Start);
        return (customers, cursor);
    }

    /// <summary>How many there are now; one that came twice counts twice.</summary>
    /// <inheritdoc cref="NextAsync" path="/exception"/>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var (count, cursor) = (0L, Start);
        do
        {
            (var page, cursor) = await ScanAsync(cursor, KeysPerCount, other: null, cancellationToken);
            count += page.Count;
        }
        while (cursor != Start);
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

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = (c is '*' or '?' or '[' or ']' or '\\' ? escaped.Append('\\') : escaped).Append(c);
        }

        return escaped.ToString();
    }

    private async Task<(List<CustomerIdentity> Customers, string Cursor)> ScanAsync(string cursor, int keys, Action<byte[]>? other, CancellationToken cancellationToken)
    {
        var reply = await redis.ExecuteAsync("SCAN", [cursor, "MATCH", _pattern, "COUNT", keys.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        var found = new List<CustomerIdentity>();
        foreach (byte[]? key in (RedisValue[])reply[1]!)
        {
            if (Parse(key) is { } customer)
            {
                found.Add(customer);
            }
            else
            {
                other?.Invoke(key!);
            }
        }

        return (found, reply[0].ToString());
    }
}
