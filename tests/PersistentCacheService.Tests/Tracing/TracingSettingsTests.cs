using OpenTelemetry.Exporter;
using PersistentCacheService.Settings;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Tests.Tracing;

public sealed class TracingSettingsTests
{
    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = "eu-central-1",
        ["QUEUE_URL"] = "http://localhost:4566/1/q",
        ["SERVER_API_KEY"] = "key",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317",
    };

    [Theory]
    [InlineData(null, null, true, 1)]
    [InlineData("always_on", null, false, 1)]
    [InlineData("traceidratio", "0.01", false, 0.01)]
    [InlineData("TraceIdRatio", "1e-3", false, 0.001)]
    [InlineData("parentbased_always_on", "0.5", true, 1)]
    [InlineData("parentbased_always_off", null, true, 0)]
    [InlineData("parentbased_traceidratio", "0.25", true, 0.25)]
    public void The_samplers_of_the_specification(string? sampler, string? argument, bool followsProducer, double ratio) =>
        Assert.Equal(new SpanSampling(followsProducer, ratio), Read(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument))!.Sampling);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", null)]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_SDK_DISABLED", "TRUE")]
    [InlineData("OTEL_TRACES_SAMPLER", "always_off")]
    public void Nothing_is_traced(string variable, string? value) => Assert.Null(Read((variable, value)));

    [Fact]
    public void The_variables_of_traces_are_read_for_them_alone()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", null), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://tempo:4318/v1/traces"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=s3cret"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2500"))!;

        Assert.Equal(
            ("http://tempo:4318/v1/traces", OtlpExportProtocol.HttpProtobuf, "authorization=s3cret", 2500),
            (settings.Endpoint!.AbsoluteUri, settings.Protocol, settings.Headers!.Reveal(), settings.TimeoutInMilliseconds));
        Assert.DoesNotContain("s3cret", settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "tempo:4317")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1 %")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.01")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "-0.1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "NaN")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "0,01")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "s3cret")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0")]
    public void A_mistake_names_its_variable_even_when_nothing_is_traced(string variable, string given)
    {
        foreach (var endpoint in new[] { "http://collector:4317", null })
        {
            var problem = Assert.Single(SettingsReader.Read(Lookup(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), (variable, given))).Problems);

            Assert.StartsWith(variable + " ", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
        }
    }

    private static TracingSettings? Read(params (string Name, string? Value)[] settings)
    {
        var reading = SettingsReader.Read(Lookup(settings));
        Assert.Empty(reading.Problems);
        return reading.Settings!.Host.Tracing;
    }

    private static Func<string, string?> Lookup(params (string Name, string? Value)[] settings) =>
        name => settings.Any(setting => setting.Name == name) ? settings.Last(setting => setting.Name == name).Value : Good.GetValueOrDefault(name);
}
