using EntitlementCache.Observability.Errors;

namespace PersistentCacheService.Tests.Observability.Errors;

public sealed class ScrubberTests
{
    private readonly Scrubber _scrubber = new(["server-key-1234", "server-key-1234-longer", "abc"]);

    [Theory]
    [InlineData("call with server-key-1234 failed", "call with [redacted] failed")]
    [InlineData("call with server-key-1234-longer failed", "call with [redacted] failed")]
    [InlineData("redis://user:hush@host:6379/0 refused", "redis://[redacted]@host:6379/0 refused")]
    [InlineData("https://key@o1.ingest.sentry.io/42", "https://[redacted]@o1.ingest.sentry.io/42")]
    [InlineData("host=a,password=hush,ssl=true", "host=a,password=[redacted],ssl=true")]
    [InlineData("{\"apiKey\":\"hush\",\"id\":1}", "{\"apiKey\":\"[redacted]\",\"id\":1}")]
    [InlineData("X-API-KEY: hush", "X-API-KEY: [redacted]")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=hush, Signature=hush", "Authorization: [redacted]")]
    [InlineData("aws_secret_access_key = hush/more+hush", "aws_secret_access_key = [redacted]")]
    [InlineData("X-Amz-Security-Token=hush&Action=x", "X-Amz-Security-Token=[redacted]&Action=x")]
    [InlineData("the id AKIAIOSFODNN7EXAMPLE is denied", "the id [redacted] is denied")]
    [InlineData("customer-1 has 42 tokens and the key production:c_1, nothing secret in it", "customer-1 has 42 tokens and the key production:c_1, nothing secret in it")]
    [InlineData("abc is too short to be a secret", "abc is too short to be a secret")]
    public void Secrets_are_replaced_and_the_rest_stays(string text, string expected) => Assert.Equal(expected, _scrubber.Scrub(text));

    [Fact]
    public void No_half_of_a_secret_is_left_when_replacing_shortens_what_stands_before_it()
    {
        var secret = string.Concat(Enumerable.Range(0, 47).Select(static i => (char)('A' + (i % 26))));
        var scrubbed = new Scrubber([secret]).Scrub(string.Concat(Enumerable.Repeat(secret, 400)));

        Assert.StartsWith("[redacted][redacted]", scrubbed, StringComparison.Ordinal);
        Assert.DoesNotContain("ABC", scrubbed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_cut_to_what_Sentry_keeps_and_a_secret_at_the_cut_does_not_survive_in_part()
    {
        var scrubbed = _scrubber.Scrub(new string('x', 8185) + "server-key-1234" + new string('y', 100_000));

        Assert.Equal(8192, scrubbed.Length);
        Assert.DoesNotContain("server", scrubbed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab😀", 3, "ab")]
    [InlineData("ab😀", 4, "ab😀")]
    [InlineData("abc", 2, "ab")]
    public void A_cut_never_splits_a_character(string text, int length, string expected) => Assert.Equal(expected, Scrubber.Cut(text, length));
}
