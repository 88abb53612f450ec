using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

public sealed class SettingsInForceTests
{
    private const string Hidden = "not-to-be-shown-31c4";

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = "eu-central-1",
        ["QUEUE_URL"] = "https://sqs.eu-central-1.amazonaws.com/123456789012/updates,https://sqs.eu-central-1.amazonaws.com/123456789012/bulk",
        ["SERVER_API_KEY"] = "key-" + Hidden,
        ["BATCH_SIZE"] = " 10 ",
        ["REDIS_ENVIRONMENT_PREFIX"] = "blue",
        ["REDIS_USERNAME"] = "user-" + Hidden,
        ["REDIS_PASSWORD"] = "word-" + Hidden,
        ["SENTRY_DSN"] = $"https://{Hidden}@sentry.example.com/1",
        ["AWS_ROLE_ARN_CHAIN"] = $"arn:aws:iam::123456789012:role/{Hidden}",
        ["EDGE_API_URL"] = $"https://edge.example.com/{Hidden}",
        ["HTTPS_PROXY"] = $"http://someone:{Hidden}@proxy:3128",
        ["AWS_SECRET_ACCESS_KEY"] = Hidden,
    };

    private static readonly IReadOnlyList<SettingInForce> Listed = SettingsReader.Read(Environment.GetValueOrDefault).Settings!.InForce;

    [Theory]
    [InlineData("AWS_REGION", "eu-central-1", "environment")]
    [InlineData("BATCH_SIZE", "10", "environment")]
    [InlineData("CONSUMERS", "10", "default")]
    [InlineData("MAX_IN_FLIGHT_MESSAGES", "300", "CONSUMERS x BATCH_SIZE x 3")]
    [InlineData("VISIBILITY_TIMEOUT_IN_SECS", "the queue's own", "default")]
    [InlineData("QUEUE_URL", "updates, bulk", "environment")]
    [InlineData("REDIS_ENVIRONMENT_PREFIX", "blue", "environment")]
    [InlineData("SENTRY_ENVIRONMENT", "blue", "ENVIRONMENT_PREFIX")]
    [InlineData("SERVER_API_KEY", "set", "environment")]
    [InlineData("REDIS_USERNAME", "set", "environment")]
    [InlineData("REDIS_PASSWORD", "set", "environment")]
    [InlineData("REDIS_PASSWORD_FILE", "none", "default")]
    [InlineData("AWS_ROLE_ARN_CHAIN", "set", "environment")]
    [InlineData("EDGE_API_URL", "https://edge.example.com/...", "environment")]
    [InlineData("STATUS_PAGE", "1", "default")]
    [InlineData("HTTPS_PROXY", "set", "environment")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "set", "environment")]
    public void A_setting_is_listed_once_with_what_holds_and_where_it_is_from(string name, string value, string source) =>
        Assert.Equal(new SettingInForce(name, value, source), Assert.Single(Listed, one => one.Name == name));

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS")]
    public void A_list_of_headers_and_each_value_in_it_are_secrets(string name)
    {
        const string Headers = "x-team=tea-m%20one, authorization=Bearer abc=";
        var secrets = SettingsReader.Read(asked => asked == name ? Headers : Environment.GetValueOrDefault(asked)).Settings!.Secrets.Select(static secret => secret.Reveal());

        Assert.Equal([Hidden, Headers, "tea-m%20one", "tea-m one", "Bearer abc="], secrets);
    }

    [Fact]
    public void Every_variable_of_the_worker_is_listed_and_no_secret_is()
    {
        Assert.Equal(Variables.All.Select(static v => v.Name == "ENVIRONMENT_PREFIX" ? v.Alias! : v.Name), Listed.Take(Variables.All.Length).Select(static one => one.Name));
        Assert.All(Listed, static one => Assert.DoesNotContain(Hidden, one.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(Listed, static one => one.Value.Contains("123456789012", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_that_is_not_marked_as_public_is_not_shown() =>
        Assert.All(
            Variables.All.Where(static v => v is { Kind: SettingKind.Text or SettingKind.Secret, IsShown: false }),
            static v => Assert.Equal("set", SettingsInForce.List(name => name == v.Name ? Hidden : null, SettingsReader.Read(Environment.GetValueOrDefault).Settings!.Queues, new SentrySettings { Disabled = true, Environment = "e" }).Single(one => one.Name == v.Name).Value));

    [Fact]
    public void The_page_is_on_unless_it_is_switched_off()
    {
        bool IsOn(string? text) => SettingsReader.Read(name => name == "STATUS_PAGE" ? text : Environment.GetValueOrDefault(name)).Settings!.Host.StatusPage;

        Assert.True(IsOn(null));
        Assert.True(IsOn("1"));
        Assert.False(IsOn("0"));
    }
}
