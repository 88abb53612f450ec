namespace PersistentCacheService.Sentry.Tests;

public sealed class DsnTests
{
    [Theory]
    [InlineData("https://key@o1.ingest.sentry.io/42", "https://o1.ingest.sentry.io/api/42/envelope/")]
    [InlineData("http://key@127.0.0.1:9000/42", "http://127.0.0.1:9000/api/42/envelope/")]
    [InlineData("https://key:secret@sentry.example/42", "https://sentry.example/api/42/envelope/")]
    [InlineData("https://key@sentry.example/a/path/42", "https://sentry.example/a/path/api/42/envelope/")]
    [InlineData("  https://key@sentry.example/42/  ", "https://sentry.example/api/42/envelope/")]
    [InlineData("https://key@[::1]:8443/42", "https://[::1]:8443/api/42/envelope/")]
    public void Every_form_of_a_DSN_leads_to_its_endpoint(string text, string endpoint)
    {
        Assert.True(Dsn.TryParse(text, out var dsn, out _));

        Assert.Equal(endpoint, dsn.EnvelopeUri.AbsoluteUri);
        Assert.Equal("key", dsn.PublicKey);
        Assert.Equal("42", dsn.ProjectId);
    }

    [Theory]
    [InlineData("https://key:hush@sentry.example/42", "hush")]
    [InlineData("https://key@sentry.example/42", null)]
    [InlineData("https://key:@sentry.example/42", null)]
    public void The_legacy_secret_is_kept_only_when_it_is_there_and_never_shown(string text, string? secret)
    {
        Assert.True(Dsn.TryParse(text, out var dsn, out _));

        Assert.Equal(secret, dsn.Secret);
        Assert.Equal("https://key@sentry.example/42", dsn.Canonical);
        Assert.Equal("sentry.example, project 42", dsn.ToString());
    }

    [Theory]
    [InlineData("not-a-url-topsecret")]
    [InlineData("ftp://topsecret@sentry.example/42")]
    [InlineData("https://sentry.example/topsecret")]
    [InlineData("https://:topsecret@sentry.example/42")]
    [InlineData("https://topsecret@sentry.example/")]
    [InlineData("https://topsecret@sentry.example")]
    [InlineData("https://topsecret@/42")]
    public void A_malformed_DSN_is_refused_with_a_reason_that_does_not_repeat_it(string text)
    {
        Assert.False(Dsn.TryParse(text, out _, out var problem));

        Assert.NotEmpty(problem);
        Assert.DoesNotContain("topsecret", problem, StringComparison.Ordinal);
    }
}
