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
        ["OTEL_TRACES_EXPORTER"] = "otlp",
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
    [InlineData(null, null, null, false)]
    [InlineData("otlp", null, null, true)]
    [InlineData("OTLP , console", null, null, true)]
    [InlineData("console,otlp", null, null, true)]
    [InlineData(null, "traceidratio", null, true)]
    [InlineData(null, null, "http://tempo:4317", true)]
    [InlineData("none", "always_on", "http://tempo:4317", false)]
    public void Messages_are_traced_only_when_it_is_asked_for(string? exporter, string? sampler, string? endpoint, bool isOn)
    {
        var reading = SettingsReader.Read(Lookup(("OTEL_TRACES_EXPORTER", exporter), ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint)));

        Assert.Equal((isOn, 0), (reading.Settings!.Host.Tracing is not null, reading.Warnings.Count));
        Assert.Equal(exporter is null && sampler is null && endpoint is null, !reading.Settings.Host.IsTracingDecided);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "tempo-s3cret:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://user:s3cret@tempo:4317")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    [InlineData("OTEL_TRACES_EXPORTER", "console")]
    [InlineData("OTEL_TRACES_EXPORTER", "console,zipkin,s3cret")]
    [InlineData("OTEL_TRACES_SAMPLER", "xray")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "s3cret")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=s3cret%2Cs3cret")]
    public void What_is_not_known_turns_tracing_off_with_one_warning(string variable, string given)
    {
        var reading = SettingsReader.Read(Lookup((variable, given)));

        Assert.Empty(reading.Problems);
        Assert.Null(reading.Settings!.Host.Tracing);
        Assert.StartsWith(variable + " ", Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", reading.Warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain(reading.Settings.InForce, static one => one.Value.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", false, true)]
    public void Headers_that_the_exporter_refuses_turn_off_what_they_are_for(string variable, bool endsMetrics, bool endsTraces)
    {
        var reading = SettingsReader.Read(Lookup((variable, "s3cret")));

        Assert.Equal((endsMetrics, endsTraces), (reading.Settings!.Host.OtlpEndpoint is null, reading.Settings.Host.Tracing is null));
        Assert.Equal((endsMetrics ? 1 : 0) + (endsTraces ? 1 : 0), reading.Warnings.Count);
        Assert.All(reading.Warnings, warning => Assert.StartsWith(variable + " is not a list of headers", warning, StringComparison.Ordinal));

        // Good ones of a signal stand in for bad ones of all.
        reading = SettingsReader.Read(Lookup(("OTEL_EXPORTER_OTLP_HEADERS", "s3cret"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=b"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b")));
        Assert.Equal((false, false, 0), (reading.Settings!.Host.OtlpEndpoint is null, reading.Settings.Host.Tracing is null, reading.Warnings.Count));
    }

    [Theory]
    [InlineData("a=b", true)]
    [InlineData("a=b, c = d=e ,", true)]
    [InlineData("authorization=Bearer%20x", true)]
    [InlineData("a=", true)]
    [InlineData("a", false)]
    [InlineData("a=b,c", false)]
    [InlineData("a=b,,c=d", false)]
    [InlineData("a=b%2Cc", false)]
    [InlineData("a=1,a=2", false)]
    [InlineData("User-Agent=x", false)]
    public void The_exporter_takes_the_headers_that_are_let_through_and_throws_at_the_others(string headers, bool areFit)
    {
        Assert.Equal(areFit, OtlpHeaders.AreFit(headers));
        var failure = Record.Exception(() =>
        {
            using var exporter = new OtlpTraceExporter(new OtlpExporterOptions { Headers = headers, Protocol = OtlpExportProtocol.HttpProtobuf });
        });
        Assert.Equal(areFit, failure is null);
    }

    [Theory]
    [InlineData("1 %")]
    [InlineData("1.01")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    [InlineData("0,01")]
    [InlineData("endpoint=http://jaeger:14250,pollingIntervalMs=5000,initialSamplingRate=0.25")]
    public void An_invalid_ratio_is_1_with_a_warning_and_of_other_samplers_it_is_not_read(string argument)
    {
        var reading = SettingsReader.Read(Lookup(("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", argument)));

        Assert.Equal(1, reading.Settings!.Host.Tracing!.Sampling.Ratio);
        Assert.StartsWith("OTEL_TRACES_SAMPLER_ARG ", Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.Empty(SettingsReader.Read(Lookup(("OTEL_TRACES_SAMPLER", "always_on"), ("OTEL_TRACES_SAMPLER_ARG", argument))).Warnings);
    }

    [Theory]
    [InlineData("10s")]
    [InlineData("0")]
    public void An_invalid_deadline_is_the_general_one_with_a_warning(string given)
    {
        var reading = SettingsReader.Read(Lookup(("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", given)));

        Assert.Null(reading.Settings!.Host.Tracing!.TimeoutInMilliseconds);
        Assert.StartsWith("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_TRACES_EXPORTER", null)]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", null)]
    public void Where_no_traces_are_wanted_nothing_about_them_is_checked(string variable, string? value)
    {
        var reading = SettingsReader.Read(Lookup(
            ("OTEL_TRACES_SAMPLER", variable == "OTEL_TRACES_EXPORTER" && value is null ? null : "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", "endpoint=http://jaeger:14250"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", value is null ? null : "tempo:4317"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "s3cret"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10s"), (variable, value)));

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        Assert.Null(reading.Settings!.Host.Tracing);
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
