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
    public void Offline_needs_no_key() => Assert.True(Read(("OFFLINE", "true")).Settings!.IsOffline);

    private static SidecarSettingsReading Read(params (string Name, string Value)[] variables) =>
        SidecarSettingsReader.Read(variables.ToDictionary(static one => one.Name, static one => one.Value).GetValueOrDefault);
}
