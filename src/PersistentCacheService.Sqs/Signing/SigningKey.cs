using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PersistentCacheService.Sqs.Signing;

/// <summary>The key that signatures of one day, region and service are made with, derived from a secret by four HMACs.</summary>
internal sealed class SigningKey
{
    private readonly string _secret;
    private readonly int _day;
    private readonly byte[] _key;

    private SigningKey(string secret, int day, byte[] key)
    {
        _secret = secret;
        _day = day;
        _key = key;
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Whether this is the key of a secret and a day (days since 0001-01-01).</summary>
    public bool IsFor(string secret, int day) => _day == day && string.Equals(_secret, secret, StringComparison.Ordinal);

    /// <summary>Derives the key.</summary>
    public static SigningKey Derive(string secret, DateOnly day, string region, string service)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (ReadOnlySpan<string>)[day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), region, service, SigV4.Terminator])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return new SigningKey(secret, day.DayNumber, key);
    }
}
