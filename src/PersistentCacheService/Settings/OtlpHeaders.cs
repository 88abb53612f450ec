using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>
/// The headers that are sent to an OpenTelemetry collector, <c>name=value</c> with commas between, percent-encoded. The exporter throws at what it cannot read, which would end
/// the start; and platforms set these variables for every process.
/// </summary>
internal static class OtlpHeaders
{
    /// <summary>For all that is sent, unless there are headers of its own.</summary>
    public const string General = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>Headers of metrics.</summary>
    public const string Metrics = "OTEL_EXPORTER_OTLP_METRICS_HEADERS";

    /// <summary>Headers of spans.</summary>
    public const string Traces = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";

    /// <summary>Whether the exporter can be started with those that count for it. Warns when it cannot, without showing any: one of them is a key as a rule.</summary>
    /// <param name="reader">The environment.</param>
    /// <param name="own">Name of its own variable, which is read before the general one.</param>
    /// <param name="consequence">What follows when it cannot, as the end of the warning.</param>
    public static bool AreFit(EnvironmentReader reader, string own, string consequence)
    {
        var name = reader.AmbientText(own) is null ? General : own;
        if (reader.AmbientText(name) is not { } text || AreFit(text))
        {
            return true;
        }

        reader.Warn($"{name} is not a list of headers, name=value with commas between, each once: {consequence}.");
        return false;
    }

    /// <summary>Whether the exporter takes a list.</summary>
    public static bool AreFit(string text)
    {
        // The exporter decodes the list before it looks for commas, adds a User-Agent of its own, and refuses a name that comes twice.
        var list = Uri.UnescapeDataString(text);
        var pairs = (list.EndsWith(',') ? list[..^1] : list).Split(',');
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "User-Agent" };
        return pairs.All(pair => pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && names.Add(pair[..end].Trim()));
    }
}
