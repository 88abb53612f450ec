using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Settings;

/// <summary>Reads the whole configuration from the environment and finds all that is wrong with it at once.</summary>
internal static class SettingsReader
{
    // Members of every log line that are not configurable; the configurable ones must not hide them.
    private static readonly string[] FixedLogMembers = ["level", "time", "pid", "hostname", "event", "name"];

    /// <summary>Reads and checks every variable.</summary>
    /// <param name="lookup">Gives the text of an environment variable, null when it is not set.</param>
    public static SettingsReading Read(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        var queue = Queue(reader);
        var cache = Cache(reader);
        var redis = Redis(reader, Variables.RedisCommandTimeout);
        var edgeApi = EdgeApi(reader);
        var sentry = Sentry(reader, cache.EnvironmentPrefix);
        var host = Host(reader);
        var beforeLogging = reader.Problems.Count;
        var logging = Logging(reader);
        var areLogSettingsValid = reader.Problems.Count == beforeLogging;
        AmbientVariables.Check(reader);
        return new SettingsReading(
            reader.Problems.Count == 0 ? new ServiceSettings(queue!, cache, redis, edgeApi!, sentry, logging, host) : null,
            areLogSettingsValid ? logging : LoggingSettings.Default,
            reader.Problems,
            reader.Warnings);
    }

    /// <summary>Reads only what access to the cache takes, for commands that need no queue and no key.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The settings, which hold when there is no problem.</returns>
    public static (CacheSettings Cache, RedisSettings Redis, IReadOnlyList<string> Problems) ReadCacheAccess(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        return (Cache(reader), Redis(reader, Variables.RedisCommandTimeout), reader.Problems);
    }

    /// <summary>Reads what access to the cache and to the Edge API takes.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The settings, which hold when there is no problem.</returns>
    public static (CacheSettings Cache, RedisSettings Redis, EdgeApiSettings? EdgeApi, IReadOnlyList<string> Problems) ReadRefreshAccess(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        return (Cache(reader), Redis(reader, Variables.RedisCommandTimeout), EdgeApi(reader), reader.Problems);
    }

    /// <summary>Reads only the port of the side server.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The port, which holds when there is no problem.</returns>
    public static (int Port, IReadOnlyList<string> Problems) ReadPort(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        return (reader.Number(Variables.Port), reader.Problems);
    }

    private static QueueSettings? Queue(EnvironmentReader reader)
    {
        var region = reader.Text(Variables.AwsRegion);
        var url = reader.Url(Variables.QueueUrl);
        var serviceUrl = reader.Url(Variables.SqsEndpoint) ?? reader.Url(Variables.AwsEndpoint);
        var batchSize = reader.Number(Variables.BatchSize);
        var consumers = reader.Number(Variables.Consumers);
        var maxInFlight = reader.NumberOrNone(Variables.MaxInFlight);
        var waitTime = reader.Seconds(Variables.WaitTime);
        var visibility = reader.NumberOrNone(Variables.VisibilityTimeout);
        if (maxInFlight is { } limit && limit < batchSize)
        {
            reader.Report($"{Variables.MaxInFlight.Name} is '{limit}' but {Variables.BatchSize.Name} is {batchSize}; a batch must fit: set at least {batchSize}.");
        }

        // Behind an endpoint of one's own (a VPC endpoint, an emulator) any name can be right.
        if (region is not null && serviceUrl is null && AwsRegion.Problem(region, url) is { } problem)
        {
            reader.Report(problem);
        }

        if (url is not null && url.AbsolutePath.Trim('/').Length == 0)
        {
            reader.Report($"{Variables.QueueUrl.Name} names no queue; allowed is a URL such as https://sqs.us-east-1.amazonaws.com/123456789012/queue-name.");
            return null;
        }

        return region is null || url is null
            ? null
            : new QueueSettings
            {
                Region = region,
                // A trailing slash is harmless to readers but would be part of the queue's name.
                Url = url.AbsolutePath.EndsWith('/') ? new Uri(url.AbsoluteUri.TrimEnd('/')) : url,
                ServiceUrl = serviceUrl,
                BatchSize = batchSize,
                Consumers = consumers,
                // Three times what the receive calls can bring: while one third waits in receive calls, one is applied and one deleted.
                MaxInFlight = (int)(maxInFlight ?? consumers * batchSize * 3),
                WaitTime = waitTime,
                VisibilityTimeout = visibility is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
    }

    private static CacheSettings Cache(EnvironmentReader reader) => new(
        reader.Text(Variables.EnvironmentPrefix)!,
        reader.Number(Variables.KeysTtl),
        reader.Choice(Variables.CacheUpdatePolicy) == "UPSERT" ? CacheUpdatePolicy.Upsert : CacheUpdatePolicy.UpdateIfExists,
        Layout(reader),
        reader.Number(Variables.LockRetryCount),
        CreditKeyPrefix(reader))
    {
        Sweep = new SweepSettings(reader.Flag(Variables.Sweep), reader.Number(Variables.SweepRate)),
        Refill = new RefillSettings(reader.Flag(Variables.Refill), reader.Number(Variables.RefillRate), reader.Number(Variables.RefillCustomers)),
        AuditRatePerMinute = reader.Number(Variables.AuditRate),
    };

    /// <summary>Layout of what is written, by the Sidecar too.</summary>
    internal static CacheLayout Layout(EnvironmentReader reader) =>
        reader.Choice(Variables.CacheLayout) switch { "v2" => CacheLayout.V2, "dual" => CacheLayout.Dual, _ => CacheLayout.V3 };

    /// <summary>What stands before a credit's currency id, in what the Sidecar writes too.</summary>
    internal static string CreditKeyPrefix(EnvironmentReader reader)
    {
        var prefix = reader.Text(Variables.CreditKeyPrefix)!;
        if (prefix.Any(static c => c is <= ' ' or > '~' or '"' or '\\'))
        {
            reader.Report($"{Variables.CreditKeyPrefix.Name} contains white space, a quote, a backslash or non-ASCII characters; it becomes part of a JSON member name.");
        }

        // An empty variable counts as absent, so nothing needs a word.
        return prefix == "none" ? "" : prefix;
    }

    /// <summary>How Redis is reached, for the Sidecar too, which waits less long for a command.</summary>
    internal static RedisSettings Redis(EnvironmentReader reader, SettingVariable commandTimeout)
    {
        var settings = new RedisSettings
        {
            Host = reader.Host(Variables.RedisHost)!,
            Port = reader.Number(Variables.RedisPort),
            Database = reader.Number(Variables.RedisDb),
            Username = reader.Text(Variables.RedisUsername),
            Password = reader.Secret(Variables.RedisPassword),
            PasswordFile = reader.ExistingFile(Variables.RedisPasswordFile),
            Tls = reader.Flag(Variables.RedisTls),
            TlsCaFile = reader.ExistingFile(Variables.RedisTlsCaFile),
            ConnectTimeout = reader.Milliseconds(Variables.RedisConnectTimeout),
            CommandTimeout = reader.Milliseconds(commandTimeout),
        };
        if (settings is { Password: not null, PasswordFile: not null })
        {
            reader.Report($"{Variables.RedisPassword.Name} and {Variables.RedisPasswordFile.Name} are both set; set one.");
        }

        if (settings is { Username: not null, Password: null, PasswordFile: null })
        {
            reader.Report($"{Variables.RedisUsername.Name} is set without a password; set {Variables.RedisPassword.Name} or {Variables.RedisPasswordFile.Name} too.");
        }

        if (settings is { TlsCaFile: not null, Tls: false })
        {
            reader.Report($"{Variables.RedisTlsCaFile.Name} is set but {Variables.RedisTls.Name} is off; set {Variables.RedisTls.Name}=1 or remove the file.");
        }

        return settings;
    }

    private static EdgeApiSettings? EdgeApi(EnvironmentReader reader)
    {
        var key = reader.Secret(Variables.ServerApiKey);
        var url = reader.Url(Variables.EdgeApiUrl);
        var timeout = reader.Milliseconds(Variables.EdgeApiTimeout);
        var concurrency = reader.Number(Variables.EdgeApiConcurrency);
        if (key is not null && key.Reveal().Any(static c => c is <= ' ' or > '~'))
        {
            reader.Report($"{Variables.ServerApiKey.Name} contains white space or non-ASCII characters; it is sent as an HTTP header.");
        }

        return key is null || url is null ? null : new EdgeApiSettings { Url = url, ApiKey = key, Timeout = timeout, Concurrency = concurrency };
    }

    /// <summary>Error reports, of the Sidecar too.</summary>
    internal static SentrySettings Sentry(EnvironmentReader reader, string environmentPrefix) => new()
    {
        Dsn = reader.Secret(Variables.SentryDsn),
        Disabled = reader.Flag(Variables.DisableSentry),
        Environment = reader.Text(Variables.SentryEnvironment) ?? environmentPrefix,
    };

    private static HostSettings Host(EnvironmentReader reader) => new()
    {
        Port = reader.Number(Variables.Port),
        ShutdownTimeout = reader.Seconds(Variables.ShutdownTimeout),
        OtlpEndpoint = reader.Url(Variables.OtlpEndpoint),
    };

    /// <summary>What is logged, by the Sidecar too.</summary>
    internal static LoggingSettings Logging(EnvironmentReader reader)
    {
        var level = reader.Choice(Variables.LogLevel) switch
        {
            "error" => LogLevel.Error,
            "warn" => LogLevel.Warning,
            "debug" => LogLevel.Debug,
            _ => LogLevel.Information,
        };
        var messageKey = reader.Text(Variables.LogMessageKey)!;
        var errorKey = reader.Text(Variables.LogErrorKey)!;
        if (messageKey == errorKey)
        {
            reader.Report($"{Variables.LogMessageKey.Name} and {Variables.LogErrorKey.Name} are both '{messageKey}'; they must differ.");
        }

        foreach (var (name, key) in ((string, string)[])[(Variables.LogMessageKey.Name, messageKey), (Variables.LogErrorKey.Name, errorKey)])
        {
            if (FixedLogMembers.Contains(key, StringComparer.Ordinal))
            {
                reader.Report($"{name} is '{key}'; every log line has that member already ({string.Join(", ", FixedLogMembers)}).");
            }
        }

        return new LoggingSettings { Level = level, MessageKey = messageKey, ErrorKey = errorKey };
    }
}
