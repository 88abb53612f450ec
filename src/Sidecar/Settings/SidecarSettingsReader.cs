using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EntitlementCache.Settings;
using Sidecar.Decisions;
using Shared = EntitlementCache.Settings.SharedVariables;

namespace Sidecar.Settings;

/// <summary>Reads the environment by the worker's rules: all problems at once, each naming the variable, what was given and what is allowed.</summary>
internal static class SidecarSettingsReader
{
    /// <summary>Reads everything.</summary>
    /// <param name="lookup">Gives the text of a variable, null when it is not set.</param>
    public static SidecarSettingsReading Read(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(name => name == SidecarVariables.EntitlementsFallback.Name ? OnOneLine(lookup(name)) : lookup(name));
        var logging = SharedSettingsReader.Logging(reader);
        var areLogSettingsValid = reader.Problems.Count == 0;
        var isOffline = reader.Flag(SidecarVariables.Offline);
        var prefix = reader.Text(SidecarVariables.RedisPrefix);
        var settings = new SidecarSettings
        {
            Listen = Listen(reader),
            EdgeApi = EdgeApi(reader, isOffline),
            IsEdgeEnabled = reader.Flag(SidecarVariables.EdgeEnabled),
            ApiUrl = reader.Url(SidecarVariables.ApiUrl) ?? new Uri(SidecarVariables.ApiUrl.Default!),
            RealtimeUrl = RealtimeUrl(reader),
            Redis = prefix is null ? null : RedisSettingsReader.Read(reader, SidecarVariables.RedisCommandTimeout) with { ClientName = "stigg-sidecar" },
            Cache = Cache(reader, prefix),
            CacheMaxBytes = reader.NumberOrNone(SidecarVariables.CacheMaxSize) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2,
            Fallbacks = ReadFallbacks(reader),
            IsOffline = isOffline,
            Sentry = SharedSettingsReader.Sentry(reader, prefix ?? Shared.EnvironmentPrefix.Default!),
            ShutdownTimeout = reader.Seconds(SidecarVariables.ShutdownTimeout),
            ShutdownDelay = reader.Seconds(SidecarVariables.ShutdownDelay),
        };
        AmbientVariables.Check(reader);
        return new SidecarSettingsReading(
            reader.Problems.Count == 0 ? settings : null, areLogSettingsValid ? logging : LoggingSettings.Default, reader.Problems, reader.Warnings);
    }

    private static ListenSettings Listen(EnvironmentReader reader)
    {
        var settings = new ListenSettings
        {
            Port = reader.Number(SidecarVariables.Port),
            HttpPort = reader.Number(SidecarVariables.HttpPort),
            LivePath = Path(reader, SidecarVariables.LivePath),
            ReadyPath = Path(reader, SidecarVariables.ReadyPath),
            TlsCertFile = reader.ExistingFile(SidecarVariables.TlsCertFile),
            TlsKeyFile = reader.ExistingFile(SidecarVariables.TlsKeyFile),
            TlsClientCaFile = reader.ExistingFile(SidecarVariables.TlsClientCaFile),
        };
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

        ReportUnreadableCertificates(reader, settings);
        return settings;
    }

    private static void ReportUnreadableCertificates(EnvironmentReader reader, ListenSettings settings)
    {
        try
        {
            if (settings is { TlsCertFile: not null, TlsKeyFile: not null })
            {
                X509Certificate2.CreateFromPemFile(settings.TlsCertFile, settings.TlsKeyFile).Dispose();
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            reader.Report($"{SidecarVariables.TlsCertFile.Name} and {SidecarVariables.TlsKeyFile.Name} are no readable PEM certificate and its key without a password.");
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            if (settings.TlsClientCaFile is { } file)
            {
                authorities.ImportFromPemFile(file);
                if (authorities.Count == 0)
                {
                    reader.Report($"{SidecarVariables.TlsClientCaFile.Name} holds no PEM certificate.");
                }
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            reader.Report($"{SidecarVariables.TlsClientCaFile.Name} holds no readable PEM certificate.");
        }
    }

    private static string Path(EnvironmentReader reader, SettingVariable variable)
    {
        var path = reader.Text(variable)!.Trim('/');
        var isTaken = path is "metrics" or "openapi.json" || path.StartsWith("v1/", StringComparison.OrdinalIgnoreCase);
        if (path.Length == 0 || isTaken || path.Contains("//", StringComparison.Ordinal) || path.Any(static c => !(char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')))
        {
            reader.Report($"{variable.Name} is no path of its own; allowed are letters, digits, '-', '_', '.' and single '/', but neither metrics nor openapi.json nor v1/.");
        }

        return path;
    }

    private static EdgeApiSettings? EdgeApi(EnvironmentReader reader, bool isOffline)
    {
        var key = reader.Secret(SidecarVariables.ServerApiKey);
        var settings = SharedSettingsReader.EdgeApi(reader, key);
        if (key is null && !isOffline)
        {
            reader.Report($"{SidecarVariables.ServerApiKey.Name} is not set; it is required: {SidecarVariables.ServerApiKey.Meaning}");
        }

        return isOffline ? null : settings;
    }

    /// <summary>What is wrong is never shown: a URL can hold a password or a token.</summary>
    private static Uri? RealtimeUrl(EnvironmentReader reader)
    {
        var isEnabled = reader.Flag(SidecarVariables.WsEnabled);
        var isUrl = Uri.TryCreate(reader.Text(SidecarVariables.WsUrl), UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss" && url.Host.Length > 0;
        if (!isUrl || url!.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            reader.Report($"{SidecarVariables.WsUrl.Name} is not an absolute ws:// or wss:// URL without user, password, query and fragment.");
            return null;
        }

        return isEnabled ? url : null;
    }

    private static CacheSettings Cache(EnvironmentReader reader, string? prefix) => new(
        prefix ?? Shared.EnvironmentPrefix.Default!,
        reader.Number(SidecarVariables.RedisKeysTtl),
        CacheUpdatePolicy.Upsert,
        SharedSettingsReader.Layout(reader),
        LockRetryCount: 1,
        SharedSettingsReader.CreditKeyPrefix(reader));

    /// <summary>A JSON text may have line breaks; outside of its strings they mean nothing, and inside there are none.</summary>
    private static string? OnOneLine(string? text) => text?.ReplaceLineEndings(" ").Replace('\t', ' ');

    private static Fallbacks ReadFallbacks(EnvironmentReader reader)
    {
        if (reader.Text(SidecarVariables.EntitlementsFallback) is not { } text)
        {
            return Fallbacks.None;
        }

        var read = Fallbacks.Parse(text, out var problem);
        if (problem is not null)
        {
            reader.Report($"{SidecarVariables.EntitlementsFallback.Name} {problem}; allowed is an object such as {{\"feature-id\":{{\"hasAccess\":true}}}}.");
        }

        return read;
    }
}
