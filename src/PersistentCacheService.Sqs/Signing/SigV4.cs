using System.Security.Cryptography;
using System.Text;

namespace PersistentCacheService.Sqs.Signing;

/// <summary>The arithmetic of AWS Signature Version 4 that does not depend on the request's form.</summary>
internal static class SigV4
{
    /// <summary>Name of the algorithm in headers and in the string to sign.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Last part of every credential scope.</summary>
    public const string Terminator = "aws4_request";

    /// <summary>Length of a SHA-256 in hexadecimal.</summary>
    public const int HexHashLength = SHA256.HashSizeInBytes * 2;

    /// <summary>Format of <c>X-Amz-Date</c>, always UTC.</summary>
    public const string TimestampFormat = "yyyyMMdd'T'HHmmss'Z'";

    // Algorithm 16, timestamp 16, hash 64, newlines 3, and a scope of a day (8), region, service and terminator: regions have up to some 20 characters.
    private const int StackBytes = 512;

    /// <summary>Signs a canonical request.</summary>
    /// <param name="key">Key of the scope's day, region and service.</param>
    /// <param name="timestamp">The request's <c>X-Amz-Date</c>.</param>
    /// <param name="scope"><c>day/region/service/aws4_request</c>.</param>
    /// <param name="canonicalRequest">The canonical request.</param>
    /// <param name="signature">Receives <see cref="HexHashLength"/> ASCII characters.</param>
    public static void Sign(ReadOnlySpan<byte> key, string timestamp, string scope, ReadOnlySpan<byte> canonicalRequest, Span<byte> signature)
    {
        var length = Algorithm.Length + timestamp.Length + Encoding.UTF8.GetByteCount(scope) + 3 + HexHashLength;
        var stringToSign = length <= StackBytes ? stackalloc byte[length] : new byte[length];
        var writer = new SpanWriter(stringToSign);
        writer.Write(Algorithm);
        writer.Write((byte)'\n');
        writer.Write(timestamp);
        writer.Write((byte)'\n');
        writer.Write(scope);
        writer.Write((byte)'\n');
        WriteHash(canonicalRequest, writer.Take(HexHashLength));

        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, stringToSign, mac);
        WriteHex(mac, signature);
    }

    /// <summary>Writes the SHA-256 of <paramref name="data"/> in lower-case hexadecimal.</summary>
    public static void WriteHash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        WriteHex(hash, destination);
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        // The destination always has room for two digits a byte.
        _ = Convert.TryToHexStringLower(bytes, destination, out _);
    }
}
