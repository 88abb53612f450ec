using Microsoft.Extensions.Logging;

namespace EntitlementCache.Settings;

/// <summary>Reads the settings that worker and Sidecar have in common, by the same rules; what is wrong is gathered by the reader.</summary>
internal static class SharedSettingsReader
{
    // Members of every log line that are not configurable; the configurable ones must not hide them.
    private static readonly string[] FixedLogMembers = ["level", "time", "pid", "hostname", "event", "name"];

    /// <summary>Layout of what is written.</summary>
    public static CacheLayout Layout(EnvironmentReader reader) =>
        reader.Choice(SharedVariables.CacheLayout) switch { "v2" => CacheLayout.V2, "dual" => CacheLayout.Dual, _ => CacheLayout.V3 };

    /// <summary>What stands before a credit's currency id.</summary>
    public static string CreditKeyPrefix(EnvironmentReader reader)
    {
        var prefix = reader.Text(SharedVariables.CreditKeyPrefix)!;
        if (prefix.Any(static c => c is <= ' ' or > '~' or '"' or '\\'))
        {
            reader.Report($"{SharedVariables.CreditKeyPrefix.Name} contains white space, a quote, a backslash or non-ASCII characters; it becomes part of a JSON member name.");
        }

        // An empty variable counts as absent, so nothing needs a word.
        return prefix == "none" ? "" : prefix;
    }

    /// <summary>How the Edge API is called.</summary>
    /// <param name="reader">Reads the rest, and gathers what is wrong.</param>
    /// <param name="key">The key, as far as there is one.</param>
    public static EdgeApiSettings? EdgeApi(EnvironmentReader reader, Secret? key)
    {
        var url = reader.Url(SharedVariables.EdgeApiUrl);
        var timeout = reader.Milliseconds(SharedVariables.EdgeApiTimeout);
        var concurrency = reader.Number(SharedVariables.EdgeApiConcurrency);
        if (key is not null && key.Reveal().Any(static c => c is <= ' ' or > '~'))
        {
            reader.Report("SERVER_API_KEY contains white space or non-ASCII characters; it is sent as an HTTP header.");
        }

        return key is null || url is null ? null : new EdgeApiSettings { Url = url, ApiKey = key, Timeout = timeout, Concurrency = concurrency };
    }

    /// <summary>Error reports.</summary>
    public static SentrySettings Sentry(EnvironmentReader reader, string environmentPrefix) => new()
    {
        Dsn = reader.Secret(SharedVariables.SentryDsn),
        Disabled = reader.Flag(SharedVariables.DisableSentry),
        Environment = reader.Text(SharedVariables.SentryEnvironment) ?? environmentPrefix,
    };

    /// <summary>What is logged.</summary>
    public static LoggingSettings Logging(EnvironmentReader reader)
    {
        var level = reader.Choice(SharedVariables.LogLevel) switch
        {
            "error" => LogLevel.Error,
            "warn" => LogLevel.Warning,
            "debug" => LogLevel.Debug,
            _ => LogLevel.Information,
        };
        var messageKey = reader.Text(SharedVariables.LogMessageKey)!;
        var errorKey = reader.Text(SharedVariables.LogErrorKey)!;
        if (messageKey == errorKey)
        {
            reader.Report($"{SharedVariables.LogMessageKey.Name} and {SharedVariables.LogErrorKey.Name} are both '{messageKey}'; they must differ.");
        }

        foreach (var (name, key) in ((string, string)[])[(SharedVariables.LogMessageKey.Name, messageKey), (SharedVariables.LogErrorKey.Name, errorKey)])
        {
            if (FixedLogMembers.Contains(key, StringComparer.Ordinal))
            {
                reader.Report($"{name} is '{key}'; every log line has that member already ({string.Join(", ", FixedLogMembers)}).");
            }
        }

        return new LoggingSettings { Level = level, MessageKey = messageKey, ErrorKey = errorKey };
    }
}
