using System.Collections.Immutable;

namespace EntitlementCache.Settings;

/// <summary>
/// Variables that libraries of this process read by themselves: AWS credentials, proxies, OpenTelemetry. They follow <see cref="EnvironmentText">the rule for all
/// variables</see>: they are checked with the settings, and their white space is cut before anything reads them.
/// </summary>
internal static class AmbientVariables
{
    /// <summary>Their names. AWS SDK for .NET: "Environment variables supported"; .NET: HttpClient.DefaultProxy; OpenTelemetry: "Environment variable specification".</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION",
        "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
        "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SDK_DISABLED",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    /// <summary>Lists of headers, of which one holds a key as a rule.</summary>
    private static readonly ImmutableArray<string> HeaderNames = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"];

    /// <summary>Those whose whole text is a secret. Others can hold one: a proxy's URL its password.</summary>
    private static readonly ImmutableArray<string> SecretNames =
    [
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN", .. HeaderNames,
    ];

    /// <summary>The secrets among them that are set; of headers each value too, because what failed tells one header, not the list.</summary>
    public static IReadOnlyList<Secret> ReadSecrets(Func<string, string?> lookup)
    {
        var texts = SecretNames.Select(name => EnvironmentText.Clean(lookup(name))).OfType<string>();
        var values = HeaderNames.SelectMany(name => HeaderValues(EnvironmentText.Clean(lookup(name)) ?? ""));
        return [.. texts.Concat(values).Distinct(StringComparer.Ordinal).Select(static text => new Secret(text))];
    }

    /// <summary>The values of <c>name=value,name=value</c>, as they are written and as they are sent: the exporter decodes <c>%20</c>.</summary>
    private static IEnumerable<string> HeaderValues(string list) =>
        from pair in list.Split(',')
        let end = pair.IndexOf('=', StringComparison.Ordinal)
        where end >= 0
        let value = pair[(end + 1)..].Trim()
        from text in (string[])[value, Uri.UnescapeDataString(value)]
        where text.Length > 0
        select text;

    /// <summary>Cuts the white space around those of this process. Call it first: what has read one keeps the old text.</summary>
    public static void Clean()
    {
        foreach (var name in Names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } raw && EnvironmentText.Clean(raw) is var text && text != raw)
            {
                Environment.SetEnvironmentVariable(name, text);
            }
        }
    }

    /// <summary>Reports what is wrong with any of them.</summary>
    public static void Check(EnvironmentReader reader)
    {
        foreach (var name in Names)
        {
            reader.Ambient(name);
        }
    }
}
