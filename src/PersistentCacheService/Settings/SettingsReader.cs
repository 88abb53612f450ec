using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>Reads the whole configuration from the environment and finds all that is wrong with it at once.</summary>
internal static class SettingsReader
{
    // Each has receivers and messages in flight of its own.
    private const int MostQueues = 4;

    /// <summary>Reads and checks every variable.</summary>
    /// <param name="lookup">Gives the text of an environment variable, null when it is not set.</param>
    public static SettingsReading Read(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        var queues = Queues(reader);
        var cache = Cache(reader);
        var redis = RedisSettingsReader.Read(reader, Variables.RedisCommandTimeout);
        var edgeApi = EdgeApi(reader);
        var sentry = SharedSettingsReader.Sentry(reader, cache.EnvironmentPrefix);
        var host = Host(reader);
        var beforeLogging = reader.Problems.Count;
        var logging = SharedSettingsReader.Logging(reader);
        var areLogSettingsValid = reader.Problems.Count == beforeLogging;
        AmbientVariables.Check(reader);
        return new SettingsReading(
            reader.Problems.Count == 0 ? new ServiceSettings(queues!, cache, redis, edgeApi!, sentry, logging, host) { InForce = SettingsInForce.List(lookup, queues!, sentry), Secrets = AmbientVariables.ReadSecrets(lookup) } : null,
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
        return (Cache(reader), RedisSettingsReader.Read(reader, Variables.RedisCommandTimeout), reader.Problems);
    }

    /// <summary>Reads what access to the cache and to the Edge API takes.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The settings, which hold when there is no problem.</returns>
    public static (CacheSettings Cache, RedisSettings Redis, EdgeApiSettings? EdgeApi, IReadOnlyList<string> Problems) ReadRefreshAccess(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        return (Cache(reader), RedisSettingsReader.Read(reader, Variables.RedisCommandTimeout), EdgeApi(reader), reader.Problems);
    }

    /// <summary>Reads only what access to the queue takes.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The settings; null when there is a problem. Those of the Edge API are read when it gives the credentials.</returns>
    public static (IReadOnlyList<QueueSettings>? Queues, EdgeApiSettings? EdgeApi, IReadOnlyList<string> Problems) ReadQueueAccess(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        var queues = Queues(reader);
        var edge = queues is [{ Credentials: QueueCredentialSource.Edge }, ..] ? EdgeApi(reader) : null;
        return (reader.Problems.Count == 0 ? queues : null, edge, reader.Problems);
    }

    /// <summary>Reads only the port of the side server.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    /// <returns>The port, which holds when there is no problem.</returns>
    public static (int Port, IReadOnlyList<string> Problems) ReadPort(Func<string, string?> lookup)
    {
        var reader = new EnvironmentReader(lookup);
        return (reader.Number(Variables.Port), reader.Problems);
    }

    /// <summary>The queues, the most important first; null: something is wrong with them, which is reported.</summary>
    private static IReadOnlyList<QueueSettings>? Queues(EnvironmentReader reader)
    {
        var region = reader.Text(Variables.AwsRegion);
        var urls = reader.Urls(Variables.QueueUrl, MostQueues);
        var serviceUrl = reader.Url(Variables.SqsEndpoint) ?? reader.Url(Variables.AwsEndpoint);
        var credentials = reader.Choice(Variables.QueueCredentials) == "edge" ? QueueCredentialSource.Edge : QueueCredentialSource.Aws;
        var roles = RoleChain.Read(reader);
        var batchSize = reader.Number(Variables.BatchSize);
        var consumers = reader.Number(Variables.Consumers);
        var maxInFlight = reader.NumberOrNone(Variables.MaxInFlight);
        var waitTime = reader.Seconds(Variables.WaitTime);
        var visibility = reader.NumberOrNone(Variables.VisibilityTimeout);
        if (maxInFlight is { } limit && limit < batchSize)
        {
            reader.Report($"{Variables.MaxInFlight.Name} is '{limit}' but {Variables.BatchSize.Name} is {batchSize}; a batch must fit: set at least {batchSize}.");
        }

        if (credentials == QueueCredentialSource.Edge && roles.Count > 0)
        {
            reader.Report($"{Variables.QueueCredentials.Name} is edge and {Variables.RoleArnChain.Name} is set; the Edge API's credentials assume no role: set one of the two.");
        }

        // Behind an endpoint of one's own (a VPC endpoint, an emulator) any name can be right.
        if (region is not null && serviceUrl is null
            && urls.DefaultIfEmpty(null).Select(url => AwsRegion.Problem(region, url)).FirstOrDefault(static problem => problem is not null) is { } problem)
        {
            reader.Report(problem);
        }

        if (!AreQueues(urls, reader) || region is null || urls.Count == 0)
        {
            return null;
        }

        return
        [
            .. urls.Select(url => new QueueSettings
            {
                Region = region,
                // A trailing slash is harmless to readers but would be part of the queue's name.
                Url = url.AbsolutePath.EndsWith('/') ? new Uri(url.AbsoluteUri.TrimEnd('/')) : url,
                ServiceUrl = serviceUrl,
                Credentials = credentials,
                Roles = roles,
                BatchSize = batchSize,
                Consumers = consumers,
                // Three times what the receive calls can bring: while one third waits in receive calls, one is applied and one deleted.
                MaxInFlight = (int)(maxInFlight ?? consumers * batchSize * 3),
                WaitTime = waitTime,
                VisibilityTimeout = visibility is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                IsOneOfSeveral = urls.Count > 1,
            }),
        ];
    }

    private static bool AreQueues(IReadOnlyList<Uri> urls, EnvironmentReader reader)
    {
        var name = Variables.QueueUrl.Name;
        if (urls.Any(static url => url.AbsolutePath.Trim('/').Length == 0))
        {
            reader.Report($"{name} names no queue; allowed is a URL such as https://sqs.us-east-1.amazonaws.com/123456789012/queue-name.");
            return false;
        }

        // They are told apart by their names: in the metrics, in the log and in the readiness.
        if (urls.GroupBy(static url => url.Segments[^1].TrimEnd('/'), StringComparer.Ordinal).Any(static group => group.Count() > 1))
        {
            reader.Report($"{name} names two queues of one name; each must have a name of its own.");
            return false;
        }

        return true;
    }

    private static CacheSettings Cache(EnvironmentReader reader) => new(
        reader.Text(SharedVariables.EnvironmentPrefix)!,
        reader.Number(Variables.KeysTtl),
        reader.Choice(Variables.CacheUpdatePolicy) == "UPSERT" ? CacheUpdatePolicy.Upsert : CacheUpdatePolicy.UpdateIfExists,
        SharedSettingsReader.Layout(reader),
        reader.Number(Variables.LockRetryCount),
        SharedSettingsReader.CreditKeyPrefix(reader))
    {
        Sweep = new SweepSettings(reader.Flag(Variables.Sweep), reader.Number(Variables.SweepRate)),
        Refill = new RefillSettings(reader.Flag(Variables.Refill), reader.Number(Variables.RefillRate), reader.Number(Variables.RefillCustomers)),
        AuditRatePerMinute = reader.Number(Variables.AuditRate),
    };

    private static EdgeApiSettings? EdgeApi(EnvironmentReader reader) => SharedSettingsReader.EdgeApi(reader, reader.Secret(Variables.ServerApiKey));

    private static HostSettings Host(EnvironmentReader reader)
    {
        var (port, page, shutdown) = (reader.Number(Variables.Port), reader.Flag(Variables.StatusPage), reader.Seconds(Variables.ShutdownTimeout));
        var collector = reader.Url(Variables.OtlpEndpoint);
        var metrics = collector is not null && OtlpHeaders.AreFit(reader, OtlpHeaders.Metrics, "no metrics are pushed") ? collector : null;
        return new HostSettings
        {
            Port = port,
            StatusPage = page,
            ShutdownTimeout = shutdown,
            OtlpEndpoint = metrics,
            Tracing = TracingSettings.Read(reader, collector),
            IsTracingDecided = TracingSettings.IsDecided(reader),
        };
    }
}
