using System.Text.RegularExpressions;

namespace EntitlementCache.Observability.Errors;

/// <summary>Takes out of a text what must not leave the process. Logs hold no secrets by rule; foreign exceptions' messages may.</summary>
internal sealed partial class Scrubber
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Redacted = "[redacted]";

    // Sentry cuts longer values itself.
    private const int MaxLength = 8192;

    // Read at most so much of a text; the part behind it is cut away anyway.
    private const int MaxScrubbed = 2 * MaxLength;

    private const int TimeoutInMilliseconds = 500;

    // Replacing shorter "secrets" would turn texts into confetti without hiding anything.
    private const int MinSecretLength = 4;

    private readonly string[] _secrets;

    /// <param name="secrets">Texts to be replaced wherever they occur.</param>
    public Scrubber(IEnumerable<string> secrets) =>
        // The longest first: one secret may contain another.
        _secrets = [.. secrets.Where(secret => secret.Length >= MinSecretLength).OrderByDescending(secret => secret.Length)];

    /// <summary>Characters of the longest secret; 0: there is none.</summary>
    public int LongestSecret => _secrets.Length > 0 ? _secrets[0].Length : 0;

    /// <summary>The text without secrets, cut to what Sentry keeps.</summary>
    public string Scrub(string text)
    {
        var scrubbed = Cut(text, MaxScrubbed);
        foreach (var secret in _secrets)
        {
            scrubbed = scrubbed.Replace(secret, Redacted, StringComparison.Ordinal);
        }

        try
        {
            scrubbed = UrlCredentials().Replace(scrubbed, Redacted);
            scrubbed = NamedSecret().Replace(scrubbed, "${name}" + Redacted);
            scrubbed = AuthorizationHeader().Replace(scrubbed, "${name}" + Redacted);
            scrubbed = AwsAccessKey().Replace(scrubbed, Redacted);
        }
        catch (RegexMatchTimeoutException)
        {
            return "[withheld: it could not be checked for secrets in time]";
        }

        // Where the text was cut may be the begin of a secret, and replacing shortened what stands before it.
        return Cut(scrubbed, text.Length > MaxScrubbed ? Math.Clamp(scrubbed.Length - LongestSecret, 0, MaxLength) : MaxLength);
    }

    /// <summary>The first <paramref name="length"/> characters, never half a surrogate pair.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>The part between :// and @.</summary>
    [GeneratedRegex(@"(?<=://)[^/\s@""']+(?=@)", RegexOptions.CultureInvariant, TimeoutInMilliseconds)]
    private static partial Regex UrlCredentials();

    /// <summary>The value behind <c>password=</c>, <c>"apiKey":</c> and their kin.</summary>
    [GeneratedRegex(
        @"(?<name>(?:pass(?:word|wd)?|pwd|secret(?:[-_ ]?access)?(?:[-_ ]?key)?|token|api[-_ ]?key)[""']?\s{0,3}[=:]\s{0,3}[""']?)[^\s""',;&}\]]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeoutInMilliseconds)]
    private static partial Regex NamedSecret();

    /// <summary>What follows an authorization header's name, to the end of the line.</summary>
    [GeneratedRegex(
        @"(?<name>authorization[""']?\s{0,3}[=:]\s{0,3}[""']?)[^\s""'][^""'\r\n]*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeoutInMilliseconds)]
    private static partial Regex AuthorizationHeader();

    /// <summary>AWS access key ids, long-term and temporary.</summary>
    [GeneratedRegex(@"\b(AKIA|ASIA)[A-Z0-9]{16}\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeoutInMilliseconds)]
    private static partial Regex AwsAccessKey();
}
