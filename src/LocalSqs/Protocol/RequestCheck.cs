using System.Globalization;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Http;

namespace LocalSqs.Protocol;

/// <summary>Whose requests are taken: access key, session token and time are checked, the signature itself is not.</summary>
internal sealed class RequestCheck
{
    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5); // SQS names it in its refusal: "... - 5 min."

    private readonly LocalSqsOptions _options;
    private readonly ServerClock _clock;

    public RequestCheck(LocalSqsOptions options, ServerClock clock)
    {
        _options = options;
        _clock = clock;
    }

    /// <summary>Why a request is refused; null takes it. Without <see cref="LocalSqsOptions.AccessKey"/> all are taken.</summary>
    public SqsError? Refusal(IHeaderDictionary headers)
    {
        if (_options.KeyExpiry is { } expiryOf)
        {
            return expiryOf(AccessKeyIn(headers.Authorization.ToString())) is not { } expiry ? SqsError.InvalidClientToken
                : expiry <= _clock.UtcNow ? SqsError.ExpiredToken
                : null;
        }

        if (_options.AccessKey is null)
        {
            return null;
        }

        var authorization = headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            return SqsError.MissingAuthentication;
        }

        // "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/sqs/aws4_request, SignedHeaders=..., Signature=..."
        if (!authorization.Contains($"Credential={_options.AccessKey}/", StringComparison.Ordinal)
            || (_options.SessionToken is { } token && headers["X-Amz-Security-Token"] != token))
        {
            return SqsError.InvalidClientToken;
        }

        return TimeRefusal(headers["X-Amz-Date"].ToString());
    }

    private static string AccessKeyIn(string authorization) =>
        authorization.IndexOf("Credential=", StringComparison.Ordinal) is >= 0 and var at ? authorization[(at + "Credential=".Length)..].Split('/')[0] : "";

    private SqsError? TimeRefusal(string timestamp)
    {
        if (!DateTime.TryParseExact(
            timestamp, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var signed))
        {
            return SqsError.IncompleteSignature("Date must be in ISO-8601 'basic format'.");
        }

        var now = _clock.UtcNow.UtcDateTime;
        return signed < now - Skew ? SqsError.BadSignature(
                $"Signature expired: {timestamp} is now earlier than {Format(now - Skew)} ({Format(now)} - {Skew.Minutes} min.)")
            : signed > now + Skew ? SqsError.BadSignature(
                $"Signature not yet current: {timestamp} is still later than {Format(now + Skew)} ({Format(now)} + {Skew.Minutes} min.)")
            : null;
    }

    private static string Format(DateTime time) => time.ToString(DateFormat, CultureInfo.InvariantCulture);
}
