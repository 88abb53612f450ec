using System.Text.Json.Nodes;
using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace Deployment.Tests.Helm;

/// <summary>The chart and the service know the same settings.</summary>
public sealed class SettingsTests
{
    // Variables with values of their own outside of "settings".
    private static readonly string[] Elsewhere =
    [
        "AWS_REGION", "QUEUE_URL", "SERVER_API_KEY", "ENVIRONMENT_PREFIX", "REDIS_HOST", "REDIS_PORT", "REDIS_DB",
        "REDIS_USERNAME", "REDIS_PASSWORD", "REDIS_PASSWORD_FILE", "REDIS_TLS", "REDIS_TLS_CA_FILE", "REDIS_TLS_CERT_FILE", "REDIS_TLS_KEY_FILE", "REDIS_SENTINEL_PASSWORD_FILE",
    ];

    [Fact]
    public void Every_variable_of_the_service_is_a_named_value_with_the_same_bounds()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "values.schema.json")))!.At("properties.settings.properties")!.AsObject();
        var expected = Variables.All.Where(v => !Elsewhere.Contains(v.Name)).ToDictionary(v => CamelCase(v.Name));

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), schema.Select(p => p.Key).Order(StringComparer.Ordinal));
        foreach (var (name, variable) in expected)
        {
            var value = schema[name]!;
            if (variable.Kind == SettingKind.Number)
            {
                Assert.True(variable.Min == value.Number("minimum"), $"{name} starts at {variable.Min}");
                Assert.True(variable.Max == value.Number("maximum"), $"{name} ends at {variable.Max}");
                Assert.Equal(variable.Except, (long?)value.Number("not.const"));
            }
            else if (variable.Kind == SettingKind.Choice)
            {
                Assert.Equal(variable.Choices.Order(StringComparer.Ordinal), value["enum"]!.AsArray().Where(c => c is not null).Select(c => c!.GetValue<string>()).Order(StringComparer.Ordinal));
            }
        }
    }

    [SkippableFact]
    public async Task Every_named_value_becomes_its_variable_and_the_service_accepts_all_of_them()
    {
        var environment = (await Chart.RenderAsync("all-settings")).WorkerEnvironment();
        environment["SERVER_API_KEY"] = "from-the-existing-secret";

        var reading = SettingsReader.Read(name => environment.GetValueOrDefault(name));

        Assert.Empty(reading.Problems);
        Assert.Empty(Variables.All.Select(v => v.Name).Except(Elsewhere).Except(environment.Keys));
        Assert.Equal(20, reading.Settings!.Queues[0].Consumers);
        Assert.Equal(2_592_000, reading.Settings.Cache.KeysTtlInSeconds);
        Assert.True(reading.Settings.Redis.Tls);
    }

    [SkippableTheory]
    [InlineData("original-chart")]
    [InlineData("original-chart-extra-env")]
    public async Task The_service_accepts_what_the_original_charts_values_give(string values)
    {
        var environment = (await Chart.RenderAsync(values)).WorkerEnvironment();

        var reading = SettingsReader.Read(name => environment.GetValueOrDefault(name));

        Assert.Empty(reading.Problems);
        Assert.Equal(environment["REDIS_ENVIRONMENT_PREFIX"], reading.Settings!.Cache.EnvironmentPrefix);
    }

    [Fact]
    public void The_grace_period_assumes_the_default_that_the_service_has() =>
        Assert.Equal("25", Variables.ShutdownTimeout.Default); // templates/_values.tpl, pcs.shutdownTimeout

    [Fact]
    public void The_port_assumes_the_default_that_the_service_has() =>
        Assert.Equal("4000", Variables.Port.Default); // templates/_values.tpl, pcs.port

    private static string CamelCase(string variable) =>
        string.Concat(variable.Split('_').Select((word, index) => index == 0 ? word.ToLowerInvariant() : word[0] + word[1..].ToLowerInvariant()));
}
