using System.Globalization;
using EntitlementCache.Settings;
using OpenTelemetry.Exporter;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Settings;

/// <summary>Spans that are pushed to an OpenTelemetry collector.</summary>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Sampling">Which messages it traces.</param>
internal sealed record TracingSettings(string Sampler, SpanSampling Sampling)
{
    private const string ProtocolName = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    private const string HeadersName = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
    private const string TimeoutName = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT";

    /// <summary>Where spans go; null: where the exporter's general variable says.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Protocol of spans; null: that of the general variable.</summary>
    public OtlpExportProtocol? Protocol { get; init; }

    /// <summary>Headers of spans; null: those of the general variable.</summary>
    public Secret? Headers { get; init; }

    /// <summary>Deadline of one export; null: that of the general variable.</summary>
    public int? TimeoutInMilliseconds { get; init; }

    /// <summary>Reads them, and reports what is wrong with any of them, whether spans are pushed or not.</summary>
    /// <param name="reader">The environment.</param>
    /// <param name="general">The general endpoint; null: none.</param>
    /// <returns>Null: no spans are pushed.</returns>
    public static TracingSettings? Read(EnvironmentReader reader, Uri? general)
    {
        var endpoint = reader.Url(Variables.OtlpTracesEndpoint);
        var isWanted = reader.Choice(Variables.TracesExporter) == "otlp" && !"true".Equals(reader.AmbientText("OTEL_SDK_DISABLED"), StringComparison.OrdinalIgnoreCase);
        var sampler = reader.Choice(Variables.TracesSampler);
        var ratio = reader.Ratio(Variables.TracesSamplerArgument);
        var sampling = new SpanSampling(sampler.StartsWith("parentbased_", StringComparison.Ordinal), sampler switch
        {
            _ when sampler.EndsWith("always_on", StringComparison.Ordinal) => 1,
            _ when sampler.EndsWith("always_off", StringComparison.Ordinal) => 0,
            _ => ratio,
        });
        var settings = new TracingSettings(sampler, sampling) { Endpoint = endpoint, Protocol = ProtocolOf(reader), Headers = HeadersOf(reader), TimeoutInMilliseconds = TimeoutOf(reader) };
        return isWanted && (endpoint ?? general) is not null && !sampling.IsNever ? settings : null;
    }

    private static OtlpExportProtocol? ProtocolOf(EnvironmentReader reader)
    {
        switch (reader.AmbientText(ProtocolName))
        {
            case null:
                return null;
            case "grpc":
                return OtlpExportProtocol.Grpc;
            case "http/protobuf":
                return OtlpExportProtocol.HttpProtobuf;
            default:
                reader.Report($"{ProtocolName} is not one of the protocols spoken; allowed is grpc, http/protobuf.");
                return null;
        }
    }

    private static Secret? HeadersOf(EnvironmentReader reader)
    {
        if (reader.AmbientText(HeadersName) is not { } text)
        {
            return null;
        }

        if (text.Split(',').All(static pair => pair.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            return new Secret(text);
        }

        reader.Report($"{HeadersName} is not a list of headers; allowed is name=value with commas between.");
        return null;
    }

    private static int? TimeoutOf(EnvironmentReader reader)
    {
        if (reader.AmbientText(TimeoutName) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
        {
            return milliseconds;
        }

        reader.Report($"{TimeoutName} is not a number of milliseconds; allowed is 1 or more.");
        return null;
    }
}
