using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace LocalSqs.Authentication;

/// <summary>Verifies AWS Signature Version 4 of requests to SQS.</summary>
internal sealed partial class SignatureVerifier
{
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Service = "sqs";
    private const int SkewMinutes = 5; // SQS names it in its refusal: "... - 5 min."

    private readonly SigningCredentials _credentials;
    private readonly string _region;
    private readonly ServerClock _clock;
    private SigningKey? _cached;

    public SignatureVerifier(SigningCredentials credentials, string region, ServerClock clock)
    {
        _credentials = credentials;
        _region = region;
        _clock = clock;
    }

    /// <exception cref="SqsException">The request is not signed as it should be.</exception>
    public void Verify(IHttpRequestFeature request, ReadOnlySpan<byte> body)
    {
        var authorization = AuthorizationHeader.Parse(request.Headers.Authorization);
        if (authorization.AccessKey != _credentials.AccessKey
            || (_credentials.SessionToken is not null && request.Headers["X-Amz-Security-Token"] != _credentials.SessionToken))
        {
            throw new SqsException(SqsError.InvalidClientToken);
        }

        var timestamp = request.Headers["X-Amz-Date"].ToString();
        CheckTime(timestamp);
        CheckScope(authorization, timestamp, request.Headers);
        var canonical = CanonicalRequest(request, authorization.SignedHeaders, body);
        var toSign = $"{AuthorizationHeader.Algorithm}\n{timestamp}\n{authorization.Scope}\n{HashHex(Encoding.UTF8.GetBytes(canonical))}";
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(KeyFor(authorization.Date), Encoding.UTF8.GetBytes(toSign)));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(authorization.Signature)))
        {
            throw new SqsException(SqsError.BadSignature(
                "The request signature we calculated does not match the signature you provided. "
                + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."));
        }
    }

    private void CheckTime(string timestamp)
    {
        if (!DateTime.TryParseExact(
            timestamp, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var signed))
        {
            throw new SqsException(SqsError.IncompleteSignature("Date must be in ISO-8601 'basic format'."));
        }

        var now = _clock.UtcNow.UtcDateTime;
        var skew = TimeSpan.FromMinutes(SkewMinutes);
        if (signed < now - skew)
        {
            throw new SqsException(SqsError.BadSignature(
                $"Signature expired: {timestamp} is now earlier than {Format(now - skew)} ({Format(now)} - {SkewMinutes} min.)"));
        }

        if (signed > now + skew)
        {
            throw new SqsException(SqsError.BadSignature(
                $"Signature not yet current: {timestamp} is still later than {Format(now + skew)} ({Format(now)} + {SkewMinutes} min.)"));
        }
    }

    private void CheckScope(AuthorizationHeader authorization, string timestamp, IDictionary<string, StringValues> headers)
    {
        if (!timestamp.StartsWith(authorization.Date, StringComparison.Ordinal))
        {
            throw new SqsException(SqsError.BadSignature("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."));
        }

        if (authorization.Region != _region || authorization.Service != Service)
        {
            throw new SqsException(SqsError.BadSignature($"Credential should be scoped to region '{_region}' and service '{Service}'."));
        }

        if (!authorization.SignedHeaders.Contains("host", StringComparer.Ordinal))
        {
            throw new SqsException(SqsError.BadSignature("'Host' must be a 'SignedHeader' in the AWS Authorization."));
        }

        foreach (var name in headers.Keys.Where(static name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)))
        {
            if (!authorization.SignedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw new SqsException(SqsError.BadSignature($"'{name}' must be a 'SignedHeader' in the AWS Authorization."));
            }
        }
    }

    private static string CanonicalRequest(IHttpRequestFeature request, string[] signedHeaders, ReadOnlySpan<byte> body)
    {
        var question = request.RawTarget.IndexOf('?', StringComparison.Ordinal);
        var query = request.QueryString.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        Array.Sort(query, StringComparer.Ordinal);
        var canonical = new StringBuilder(capacity: 512)
            .Append(request.Method).Append('\n')
            .Append(request.RawTarget.AsSpan(0, question < 0 ? request.RawTarget.Length : question)).Append('\n')
            .AppendJoin('&', query).Append('\n');
        foreach (var name in signedHeaders)
        {
            canonical.Append(name).Append(':').Append(Spaces().Replace(request.Headers[name].ToString().Trim(), " ")).Append('\n');
        }

        return canonical.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(HashHex(body)).ToString();
    }

    private byte[] KeyFor(string date)
    {
        if (Volatile.Read(ref _cached) is { } cached && cached.Date == date)
        {
            return cached.Key;
        }

        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + _credentials.SecretKey), Encoding.UTF8.GetBytes(date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(_region));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Service));
        key = HMACSHA256.HashData(key, "aws4_request"u8);
        Volatile.Write(ref _cached, new SigningKey(date, key));
        return key;
    }

    private static string HashHex(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private static string Format(DateTime time) => time.ToString(DateFormat, CultureInfo.InvariantCulture);

    [GeneratedRegex(" {2,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    private sealed class SigningKey(string date, byte[] key)
    {
        public string Date { get; } = date;

        public byte[] Key { get; } = key;
    }
}
