using System.Buffers;
using System.Globalization;
using System.Text;
using Amazon.Runtime;

namespace PersistentCacheService.Sqs.Signing;

/// <summary>
/// Signs POSTs of JSON to <c>/</c>, the only form that this client sends: 6 microseconds and 0.9 kB for a body of 3 kB, nearly all of it hashing, since the
/// signing key is kept from one request to the next. AWSSDK.Core's signer wants its own request objects and header dictionaries for the same bytes;
/// the tests hold one against the other.
/// </summary>
internal sealed class SqsRequestSigner(string region)
{
    private const string Service = "sqs";

    private volatile SigningKey? _key;

    /// <summary>Makes the headers <c>X-Amz-Date</c> and <c>Authorization</c>.</summary>
    /// <param name="credentials">Whose signature it is.</param>
    /// <param name="time">The time to sign for, in the server's view.</param>
    /// <param name="host">Value of the header Host.</param>
    /// <param name="target">Value of the header X-Amz-Target.</param>
    /// <param name="body">The request's body.</param>
    public SignedHeaders Sign(ImmutableCredentials credentials, DateTimeOffset time, string host, ReadOnlySpan<byte> target, ReadOnlySpan<byte> body)
    {
        var timestamp = time.UtcDateTime.ToString(SigV4.TimestampFormat, CultureInfo.InvariantCulture);
        var scope = string.Concat(timestamp.AsSpan(0, 8), "/", region, $"/{Service}/{SigV4.Terminator}");
        var token = credentials.UseToken ? credentials.Token : null;
        var signedHeaders = token is null
            ? "content-type;host;x-amz-date;x-amz-target"u8
            : "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"u8;

        var length = CanonicalLength(host, timestamp, token, target, signedHeaders);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var canonical = rented.AsSpan(0, length);
            WriteCanonical(canonical, host, timestamp, token, target, signedHeaders, body);

            Span<byte> signature = stackalloc byte[SigV4.HexHashLength];
            SigV4.Sign(KeyFor(credentials.SecretKey, time).Bytes, timestamp, scope, canonical, signature);
            var authorization = $"{SigV4.Algorithm} Credential={credentials.AccessKey}/{scope}, SignedHeaders={Encoding.ASCII.GetString(signedHeaders)}, Signature={Encoding.ASCII.GetString(signature)}";
            return new SignedHeaders(timestamp, authorization, token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int CanonicalLength(string host, string timestamp, string? token, ReadOnlySpan<byte> target, ReadOnlySpan<byte> signedHeaders)
    {
        var length = "POST\n/\n\n"u8.Length + "content-type:\n"u8.Length + SqsProtocol.ContentTypeUtf8.Length
            + "host:\n"u8.Length + Encoding.UTF8.GetByteCount(host)
            + "x-amz-date:\n"u8.Length + timestamp.Length
            + "x-amz-target:\n"u8.Length + target.Length
            + "\n\n"u8.Length + signedHeaders.Length + SigV4.HexHashLength;
        return token is null ? length : length + "x-amz-security-token:\n"u8.Length + Encoding.UTF8.GetByteCount(token);
    }

    private static void WriteCanonical(
        Span<byte> destination, string host, string timestamp, string? token, ReadOnlySpan<byte> target, ReadOnlySpan<byte> signedHeaders, ReadOnlySpan<byte> body)
    {
        var writer = new SpanWriter(destination);
        writer.Write("POST\n/\n\ncontent-type:"u8);
        writer.Write(SqsProtocol.ContentTypeUtf8);
        writer.Write("\nhost:"u8);
        writer.Write(host);
        writer.Write("\nx-amz-date:"u8);
        writer.Write(timestamp);
        if (token is not null)
        {
            writer.Write("\nx-amz-security-token:"u8);
            writer.Write(token);
        }

        writer.Write("\nx-amz-target:"u8);
        writer.Write(target);
        writer.Write("\n\n"u8);
        writer.Write(signedHeaders);
        writer.Write((byte)'\n');
        SigV4.WriteHash(body, writer.Take(SigV4.HexHashLength));
    }

    private SigningKey KeyFor(string secret, DateTimeOffset time)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        var key = _key;
        if (key is null || !key.IsFor(secret, day.DayNumber))
        {
            _key = key = SigningKey.Derive(secret, day, region, Service);
        }

        return key;
    }
}
