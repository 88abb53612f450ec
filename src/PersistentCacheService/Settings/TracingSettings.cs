using System.Collections.Immutable;
using System.Globalization;
using EntitlementCache.Settings;
using OpenTelemetry.Exporter;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Settings;

/// <summary>Spans that are pushed to an OpenTelemetry collector.</summary>
/// <remarks>
/// Platforms set these variables for every process they run, whatever it speaks. So none of them ends the start: what is not known here turns tracing off with a warning, and
/// where no spans are wanted nothing is checked but <see cref="EnvironmentText">the rule for all variables</see>. Warnings show no value: it can hold a key.
/// </remarks>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Sampling">Which messages it traces.</param>
internal sealed record TracingSettings(string Sampler, SpanSampling Sampling)
{
    private const string ProtocolName = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    private const string TimeoutName = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT";
    private const string Off = "no message is traced";

    private static readonly ImmutableArray<SettingVariable> Deciding = [Variables.TracesExporter, Variables.TracesSampler, Variables.OtlpTracesEndpoint];

    /// <summary>Where spans go; null: where the exporter's general variable says.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Protocol of spans; null: that of the general variable.</summary>
    public OtlpExportProtocol? Protocol { get; init; }

    /// <summary>Headers of spans; null: those of the general variable.</summary>
    public Secret? Headers { get; init; }

    /// <summary>Deadline of one export; null: that of the general variable.</summary>
    public int? TimeoutInMilliseconds { get; init; }

    /// <summary>Whether the environment says anything about traces. OpenTelemetry would trace without a word; who pushes metrics alone did not ask for that.</summary>
    public static bool IsDecided(EnvironmentReader reader) => IsSdkDisabled(reader) || Deciding.Any(variable => reader.AmbientText(variable.Name) is not null);

    /// <summary>Reads them, and warns of what is not known.</summary>
    /// <param name="reader">The environment.</param>
    /// <param name="general">The general endpoint; null: none.</param>
    /// <returns>Null: no spans are pushed.</returns>
    public static TracingSettings? Read(EnvironmentReader reader, Uri? general)
    {
        foreach (var variable in Deciding.Add(Variables.TracesSamplerArgument))
        {
            reader.Ambient(variable.Name);
        }

        var hasCollector = general is not null || reader.AmbientText(Variables.OtlpTracesEndpoint.Name) is not null;
        if (!hasCollector || !IsDecided(reader) || IsSdkDisabled(reader) || !IsExported(reader)
            || SamplerOf(reader) is not { } sampler || SamplingOf(sampler, reader) is not { IsNever: false } sampling)
        {
            return null;
        }

        var (endpoint, protocol, areHeadersFit) = (reader.UrlOrWarning(Variables.OtlpTracesEndpoint), ProtocolOf(reader), OtlpHeaders.AreFit(reader, OtlpHeaders.Traces, Off));
        if (IsRefused(Variables.OtlpTracesEndpoint.Name, endpoint) || IsRefused(ProtocolName, protocol) || !areHeadersFit)
        {
            return null;
        }

        var headers = reader.AmbientText(OtlpHeaders.Traces) is { } text ? new Secret(text) : null;
        return new TracingSettings(sampler, sampling) { Endpoint = endpoint, Protocol = protocol, Headers = headers, TimeoutInMilliseconds = TimeoutOf(reader) };

        bool IsRefused(string name, object? value) => value is null && reader.AmbientText(name) is not null;
    }

    private static bool IsSdkDisabled(EnvironmentReader reader) => "true".Equals(reader.AmbientText("OTEL_SDK_DISABLED"), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether <c>otlp</c> is among the exporters. The variable is a list; without it the exporter is otlp.</summary>
    private static bool IsExported(EnvironmentReader reader)
    {
        var exporters = (reader.AmbientText(Variables.TracesExporter.Name) ?? "otlp").ToUpperInvariant().Split(',', StringSplitOptions.TrimEntries);
        if (exporters.Contains("OTLP", StringComparer.Ordinal))
        {
            return true;
        }

        if (exporters is not ["NONE"])
        {
            reader.Warn($"{Variables.TracesExporter.Name} names no exporter that is known here; known are {Variables.TracesExporter.Allowed}: {Off}.");
        }

        return false;
    }

    private static string? SamplerOf(EnvironmentReader reader)
    {
        var variable = Variables.TracesSampler;
        var text = reader.AmbientText(variable.Name) ?? variable.Default;
        var sampler = variable.Choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (sampler is null)
        {
            reader.Warn($"{variable.Name} is no sampler that is known here; known are {variable.Allowed}: {Off}.");
        }

        return sampler;
    }

    private static SpanSampling SamplingOf(string sampler, EnvironmentReader reader) => new(sampler.StartsWith("parentbased_", StringComparison.Ordinal), sampler switch
    {
        _ when sampler.EndsWith("always_on", StringComparison.Ordinal) => 1,
        _ when sampler.EndsWith("always_off", StringComparison.Ordinal) => 0,
        _ => RatioOf(reader),
    });

    /// <summary>Other samplers take no argument, or one of another form, so it is read for the ratio alone. OpenTelemetry, "General SDK configuration": one that is invalid counts as not set.</summary>
    private static double RatioOf(EnvironmentReader reader)
    {
        var variable = Variables.TracesSamplerArgument;
        if (reader.AmbientText(variable.Name) is not { } text)
        {
            return 1;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1)
        {
            return ratio;
        }

        reader.Warn($"{variable.Name} is not {variable.Allowed}: 1 counts, as OpenTelemetry demands.");
        return 1;
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
                reader.Warn($"{ProtocolName} is no protocol that is known here; known are grpc, http/protobuf: {Off}.");
                return null;
        }
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

        reader.Warn($"{TimeoutName} is not a number of milliseconds from 1 on: the general deadline counts.");
        return null;
    }
}
