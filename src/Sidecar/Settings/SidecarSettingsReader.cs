using Microsoft.Extensions.Logging;
using PersistentCacheService.Settings;
using Sidecar.Decisions;
using Shared = PersistentCacheService.Settings.Variables;

namespace Sidecar.Settings;

/// <summary>Reads the environment by the worker's rules: all problems at once, each naming the variable, what was given and what is allowed.</summary>
internal static class SidecarSettingsReader
{
    /// <summary>Reads everything.</summary>
    /// <param name="lookup">Gives the text of a variable, null when it is not set.</param>
    /// <returns>The settings, null when there is any problem.</returns>
    public static (SidecarSettings? Settings, IReadOnlyList<string> Problems) Read(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        var isOffline = reader.Flag(SidecarVariables.Offline);
        var prefix = reader.Text(SidecarVariables.RedisPrefix);
        var settings = new SidecarSettings
        {
            Port = reader.Number(SidecarVariables.Port),
            HttpPort = reader.Number(SidecarVariables.HttpPort),
            LivePath = Path(reader, SidecarVariables.LivePath),
            ReadyPath = Path(reader, SidecarVariables.ReadyPath),
            TlsCertFile = reader.ExistingFile(SidecarVariables.TlsCertFile),
            TlsKeyFile = reader.ExistingFile(SidecarVariables.TlsKeyFile),
            TlsClientCaFile = reader.ExistingFile(SidecarVariables.TlsClientCaFile),
            EdgeApi = EdgeApi(reader, isOffline),
            ApiUrl = reader.Url(SidecarVariables.ApiUrl) ?? new Uri(SidecarVariables.ApiUrl.Default!),
            Redis = prefix is null ? null : Redis(reader),
            RedisPrefix = prefix ?? "",
            RedisKeysTtl = reader.Number(SidecarVariables.RedisKeysTtl),
            Layout = reader.Choice(Shared.CacheLayout) switch { "v2" => CacheLayout.V2, "dual" => CacheLayout.Dual, _ => CacheLayout.V3 },
            CreditKeyPrefix = CreditKeyPrefix(reader),
            CacheMaxBytes = reader.NumberOrNone(SidecarVariables.CacheMaxSize) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2,
            Fallbacks = Fallbacks(reader),
            IsOffline = isOffline,
            LogLevel = Level(reader),
        };
        Check(reader, settings, prefix);
        return (reader.Problems.Count == 0 ? settings : null, reader.Problems);
    }

    private static void Check(EnvironmentReader reader, SidecarSettings settings, string? prefix)
    {
        if (prefix is not null && prefix.Any(char.IsControl))
        {
            reader.Report($"{SidecarVariables.RedisPrefix.Name} contains a control character; it becomes part of every Redis key.");
        }

        if (settings.Port == settings.HttpPort && settings.Port != 0)
        {
            reader.Report($"{SidecarVariables.Port.Name} and {SidecarVariables.HttpPort.Name} are both {settings.Port}; they must differ.");
        }

        if (settings.LivePath == settings.ReadyPath)
        {
            reader.Report($"{SidecarVariables.LivePath.Name} and {SidecarVariables.ReadyPath.Name} are both '{settings.LivePath}'; they must differ.");
        }

        if (settings.TlsCertFile is null != settings.TlsKeyFile is null)
        {
            reader.Report($"{SidecarVariables.TlsCertFile.Name} and {SidecarVariables.TlsKeyFile.Name} belong together; set both or none.");
        }

        if (settings is { TlsClientCaFile: not null, TlsCertFile: null })
        {
            reader.Report($"{SidecarVariables.TlsClientCaFile.Name} is set without {SidecarVariables.TlsCertFile.Name}; client certificates need TLS.");
        }

        // Not built yet. Starting as if it were would read from an API that the operator has switched off.
        if (!reader.Flag(SidecarVariables.EdgeEnabled) && !settings.IsOffline)
        {
            reader.Report($"{SidecarVariables.EdgeEnabled.Name} is '0'; reads through the GraphQL API are not supported yet: set 1.");
        }
    }

    private static string CreditKeyPrefix(EnvironmentReader reader)
    {
        var prefix = reader.Text(Shared.CreditKeyPrefix)!;
        if (prefix.Any(static c => c is <= ' ' or > '~' or '"' or '\\'))
        {
            reader.Report($"{Shared.CreditKeyPrefix.Name} contains white space, a quote, a backslash or non-ASCII characters; it becomes part of a JSON member name.");
        }

        // An empty variable counts as absent, so nothing needs a word.
        return prefix == "none" ? "" : prefix;
    }

    private static string Path(EnvironmentReader reader, SettingVariable variable) => reader.Text(variable)!.Trim('/');

    private static EdgeApiSettings? EdgeApi(EnvironmentReader reader, bool isOffline)
    {
        var key = reader.Secret(SidecarVariables.ServerApiKey);
        var url = reader.Url(Shared.EdgeApiUrl);
        var timeout = reader.Milliseconds(Shared.EdgeApiTimeout);
        var concurrency = reader.Number(Shared.EdgeApiConcurrency);
        if (isOffline)
        {
            return null;
        }

        if (key is null)
        {
            reader.Report($"{SidecarVariables.ServerApiKey.Name} is not set; it is required: {SidecarVariables.ServerApiKey.Meaning}");
            return null;
        }

        // Secrets mounted from files often end in a line break, which belongs to nobody's key.
        var text = key.Reveal().Trim();
        if (text.Any(static c => c is <= ' ' or > '~'))
        {
            reader.Report($"{SidecarVariables.ServerApiKey.Name} contains white space, control or non-ASCII characters; it is sent as an HTTP header.");
        }

        return url is null ? null : new EdgeApiSettings { Url = url, ApiKey = new Secret(text), Timeout = timeout, Concurrency = concurrency };
    }

    private static RedisSettings Redis(EnvironmentReader reader) => new()
    {
        Host = reader.Host(Shared.RedisHost)!,
        Port = reader.Number(Shared.RedisPort),
        Database = reader.Number(Shared.RedisDb),
        Username = reader.Text(Shared.RedisUsername),
        Password = reader.Secret(Shared.RedisPassword),
        Tls = reader.Flag(Shared.RedisTls),
        ConnectTimeout = reader.Milliseconds(Shared.RedisConnectTimeout),
        CommandTimeout = reader.Milliseconds(SidecarVariables.RedisCommandTimeout),
    };

    private static Fallbacks Fallbacks(EnvironmentReader reader)
    {
        if (reader.Text(SidecarVariables.EntitlementsFallback) is not { } text)
        {
            return Decisions.Fallbacks.None;
        }

        var read = Decisions.Fallbacks.Parse(text, out var problem);
        if (problem is not null)
        {
            reader.Report($"{SidecarVariables.EntitlementsFallback.Name} {problem}; allowed is an object such as {{\"feature-id\":{{\"hasAccess\":true}}}}.");
        }

        return read;
    }

    private static LogLevel Level(EnvironmentReader reader) => reader.Choice(Shared.LogLevel) switch
    {
        "error" => LogLevel.Error,
        "warn" => LogLevel.Warning,
        "debug" => LogLevel.Debug,
        _ => LogLevel.Information,
    };
}
