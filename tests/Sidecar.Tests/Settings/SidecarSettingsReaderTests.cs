using EntitlementCache.Settings;
using Sidecar.Settings;

namespace Sidecar.Tests.Settings;

public sealed class SidecarSettingsReaderTests
{
    [Fact]
    public void A_key_is_enough()
    {
        var reading = Read(("SERVER_API_KEY", "key\n"));
        var settings = reading.Settings!;

        Assert.Empty(reading.Problems);
        Assert.Equal((80, 8080, "livez", "readyz"), (settings.Listen.Port, settings.Listen.HttpPort, settings.Listen.LivePath, settings.Listen.ReadyPath));
        Assert.Equal(("https://edge.api.stigg.io/", "key"), (settings.EdgeApi!.Url.AbsoluteUri, settings.EdgeApi.ApiKey.Reveal()));
        Assert.Null(settings.Redis);
        Assert.Equal(604_800, settings.Cache.KeysTtlInSeconds);
    }

    [Fact]
    public void Redis_is_used_when_its_prefix_is_set() =>
        Assert.Equal("cache", Read(("SERVER_API_KEY", "k"), ("REDIS_ENVIRONMENT_PREFIX", "production"), ("REDIS_HOST", "cache")).Settings!.Redis!.Host);

    [Fact]
    public void All_mistakes_are_told_at_once_and_no_secret()
    {
        var reading = Read(
            ("SERVER_API_KEY", "se cret"), ("PORT", "x"), ("HTTP_PORT", "70000"), ("ENTITLEMENTS_FALLBACK", "{"), ("REDIS_KEYS_TTL_IN_SECS", "0"), ("EDGE_ENABLED", "maybe"));
        var problems = reading.Problems;

        Assert.Null(reading.Settings);
        foreach (var name in (string[])["SERVER_API_KEY", "PORT", "HTTP_PORT", "ENTITLEMENTS_FALLBACK", "REDIS_KEYS_TTL_IN_SECS", "EDGE_ENABLED"])
        {
            Assert.Contains(problems, problem => problem.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(problems, static problem => problem.Contains("se cret", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_variable_comes_to_its_setting()
    {
        var file = typeof(SidecarSettingsReaderTests).Assembly.Location;
        var settings = Read(
            ("SERVER_API_KEY", "key"), ("PORT", "81"), ("HTTP_PORT", "82"), ("HEALTH_ENDPOINT_URL", "/alive"), ("READY_ENDPOINT_URL", "ready/now"), ("SHUTDOWN_TIMEOUT_IN_SECS", "7"), ("SHUTDOWN_DELAY_IN_SECS", "3"),
            ("EDGE_ENABLED", "0"), ("EDGE_API_URL", "http://edge:1"), ("EDGE_API_TIMEOUT_IN_MS", "1234"), ("EDGE_API_CONCURRENCY", "5"), ("API_URL", "http://api:2"), ("WS_URL", "ws://push:3"),
            ("REDIS_ENVIRONMENT_PREFIX", "E"), ("REDIS_HOST", "cache"), ("REDIS_PORT", "6380"), ("REDIS_DB", "4"), ("REDIS_USERNAME", "u"), ("REDIS_PASSWORD_FILE", file), ("REDIS_TLS", "1"),
            ("REDIS_TLS_CA_FILE", file), ("REDIS_CONNECT_TIMEOUT_IN_MS", "200"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "300"), ("REDIS_KEYS_TTL_IN_SECS", "-1"), ("CACHE_LAYOUT", "dual"),
            ("CACHE_CREDIT_KEY_PREFIX", "none"), ("CACHE_MAX_SIZE_BYTES", "99"), ("ENTITLEMENTS_FALLBACK", """{"f":{"hasAccess":true}}"""), ("SENTRY_DSN", "http://k@sentry/1"),
            ("DISABLE_SENTRY", "1"), ("SENTRY_ENVIRONMENT", "stage")).Settings!;

        Assert.Equal((81, 82, "alive", "ready/now"), (settings.Listen.Port, settings.Listen.HttpPort, settings.Listen.LivePath, settings.Listen.ReadyPath));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), false, 99), (settings.ShutdownTimeout, settings.ShutdownDelay, settings.IsEdgeEnabled, settings.CacheMaxBytes));
        Assert.Equal(("http://edge:1/", TimeSpan.FromMilliseconds(1234), 5), (settings.EdgeApi!.Url.AbsoluteUri, settings.EdgeApi.Timeout, settings.EdgeApi.Concurrency));
        Assert.Equal(("http://api:2/", "ws://push:3/"), (settings.ApiUrl.AbsoluteUri, settings.RealtimeUrl!.AbsoluteUri));
        var redis = settings.Redis!;
        Assert.Equal(("cache", 6380, 4, "u", file, true, file), (redis.Host, redis.Port, redis.Database, redis.Username, redis.PasswordFile, redis.Tls, redis.TlsCaFile));
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300), "stigg-sidecar"), (redis.ConnectTimeout, redis.CommandTimeout, redis.ClientName));
        Assert.Equal(("E", -1, CacheLayout.Dual, ""), (settings.Cache.EnvironmentPrefix, settings.Cache.KeysTtlInSeconds, settings.Cache.Layout, settings.Cache.CreditKeyPrefix));
        Assert.True(settings.Fallbacks.ByFeature["f"].HasAccess);
        Assert.Equal(("http://k@sentry/1", true, "stage"), (settings.Sentry.Dsn!.Reveal(), settings.Sentry.Disabled, settings.Sentry.Environment));
    }

    [Theory]
    [InlineData("PORT", "PORT", "9000", "HTTP_PORT", "9000")]
    [InlineData("HEALTH_ENDPOINT_URL", "HEALTH_ENDPOINT_URL", "up", "READY_ENDPOINT_URL", "/up/")]
    [InlineData("READY_ENDPOINT_URL", "READY_ENDPOINT_URL", "metrics", "PORT", "81")]
    [InlineData("HEALTH_ENDPOINT_URL", "HEALTH_ENDPOINT_URL", "v1/x", "PORT", "81")]
    [InlineData("HEALTH_ENDPOINT_URL", "HEALTH_ENDPOINT_URL", "openapi.json", "PORT", "81")]
    [InlineData("HEALTH_ENDPOINT_URL", "HEALTH_ENDPOINT_URL", "a//b", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"f":{}}""", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"f":{"hasAccess":true,"usageLimit":"10"}}""", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"f":{"hasAccess":true,"value":true}}""", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"f":{"hasAccess":true,"isUnlimited":1}}""", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"f":{"hasAccess":true,"enumValues":["a",1]}}""", "PORT", "81")]
    [InlineData("ENTITLEMENTS_FALLBACK", "ENTITLEMENTS_FALLBACK", """{"\ud83d":7}""", "PORT", "81")]
    [InlineData("TLS_CERT_FILE", "TLS_KEY_FILE", "FILE", "PORT", "81")]
    [InlineData("TLS_CLIENT_CA_FILE", "TLS_CLIENT_CA_FILE", "FILE", "PORT", "81")]
    [InlineData("WS_URL", "WS_URL", "https://hidden", "PORT", "81")]
    [InlineData("WS_URL", "WS_URL", "wss://user:hidden@push", "PORT", "81")]
    [InlineData("CACHE_MAX_SIZE_BYTES", "CACHE_MAX_SIZE_BYTES", "0", "PORT", "81")]
    [InlineData("REDIS_TLS_CA_FILE", "REDIS_TLS_CA_FILE", "FILE", "REDIS_ENVIRONMENT_PREFIX", "E")]
    [InlineData("REDIS_USERNAME", "REDIS_USERNAME", "u", "REDIS_ENVIRONMENT_PREFIX", "E")]
    [InlineData("LOG_MESSAGE_KEY", "LOG_MESSAGE_KEY", "x", "LOG_ERROR_KEY", "x")]
    [InlineData("CACHE_CREDIT_KEY_PREFIX", "CACHE_CREDIT_KEY_PREFIX", "a b", "PORT", "81")]
    public void A_mistake_names_the_variable_and_shows_nothing_that_may_be_secret(string named, string first, string ofFirst, string second, string ofSecond)
    {
        var file = typeof(SidecarSettingsReaderTests).Assembly.Location;
        var problems = Read(("SERVER_API_KEY", "k"), (first, ofFirst == "FILE" ? file : ofFirst), (second, ofSecond)).Problems;

        Assert.Contains(problems, problem => problem.StartsWith(named, StringComparison.Ordinal));
        Assert.DoesNotContain(problems, static problem => problem.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_character_in_a_fallback_hides_no_other()
    {
        var fallbacks = Read(("SERVER_API_KEY", "k"), ("ENTITLEMENTS_FALLBACK", """{"\ud83d":{"hasAccess":true},"f":{"hasAccess":true,"usageLimit":null,"enumValues":["a"]}}""")).Settings!.Fallbacks;

        Assert.True(fallbacks.ByFeature["f"].HasAccess);
    }

    [Fact]
    public void Offline_needs_no_key() => Assert.True(Read(("OFFLINE", "true")).Settings!.IsOffline);

    private static SidecarSettingsReading Read(params (string Name, string Value)[] variables) =>
        SidecarSettingsReader.Read(variables.ToDictionary(static one => one.Name, static one => one.Value).GetValueOrDefault);
}
