using System.Collections.Immutable;
using System.Globalization;

namespace PersistentCacheService.Settings;

/// <summary>Every environment variable the service reads, in the order of the reference documentation.</summary>
internal static class Variables
{
    public static readonly SettingVariable AwsRegion = new("AWS_REGION", SettingKind.Text, "AWS region of the queue.") { Required = true };

    public static readonly SettingVariable QueueUrl = new("QUEUE_URL", SettingKind.Url, "URL of the SQS queue to consume.") { Required = true };

    public static readonly SettingVariable SqsEndpoint = new("AWS_ENDPOINT_URL_SQS", SettingKind.Url, "Endpoint of SQS, for VPC endpoints and emulators.")
    { DefaultNote = "AWS_ENDPOINT_URL, else the origin of QUEUE_URL", IsOrigin = true };

    public static readonly SettingVariable AwsEndpoint = new("AWS_ENDPOINT_URL", SettingKind.Url, "Endpoint of all AWS services.")
    { DefaultNote = "the origin of QUEUE_URL", IsOrigin = true };

    public static readonly SettingVariable BatchSize = new("BATCH_SIZE", SettingKind.Number, "Messages asked for in one receive call.")
    { Default = "1", Min = 1, Max = 10 };

    public static readonly SettingVariable Consumers = new("CONSUMERS", SettingKind.Number, "Receive loops of this process; one asks an empty queue, all ask under a backlog.")
    { Default = "10", Min = 1, Max = 100 };

    // 120,000: SQS hands out no more in-flight messages of a queue than that.
    public static readonly SettingVariable MaxInFlight = new("MAX_IN_FLIGHT_MESSAGES", SettingKind.Number, "Messages held at once, from before their receive call to their deletion; at least BATCH_SIZE.")
    { DefaultNote = "CONSUMERS x BATCH_SIZE x 3", Min = 1, Max = 120_000 };

    public static readonly SettingVariable WaitTime = new("WAIT_TIME_IN_SECS", SettingKind.Number, "How long a receive call waits for messages; with 0 an empty queue is asked twice a second.")
    { Default = "20", Min = 0, Max = 20 };

    public static readonly SettingVariable VisibilityTimeout = new("VISIBILITY_TIMEOUT_IN_SECS", SettingKind.Number, "How long a received message stays hidden from other consumers.")
    { DefaultNote = "the queue's own", Min = 1, Max = 43_200 };

    public static readonly SettingVariable EnvironmentPrefix = new("ENVIRONMENT_PREFIX", SettingKind.Text, "First part of every Redis key; the same as in the SDK's and Sidecar's configuration.")
    { Default = "production", Alias = "REDIS_ENVIRONMENT_PREFIX" };

    public static readonly SettingVariable KeysTtl = new("KEYS_TTL_IN_SECS", SettingKind.Number, "Expiry of written keys in seconds; negative: none.")
    { Default = "604800", Min = int.MinValue, Max = int.MaxValue, Except = 0 };

    public static readonly SettingVariable CacheUpdatePolicy = new("CACHE_UPDATE_POLICY", SettingKind.Choice, "Whether customers that are not cached yet are written (UPSERT) or left to the readers.")
    { Default = "UPDATE_IF_EXISTS", Choices = ["UPDATE_IF_EXISTS", "UPSERT"] };

    public static readonly SettingVariable CacheLayout = new("CACHE_LAYOUT", SettingKind.Choice, "Layout of cached entitlements: v3 for SDK 4.12.1 and Sidecar 5.194.5 or newer, v2 for SDK 3, dual for both during an upgrade.")
    { Default = "v3", Choices = ["v3", "dual", "v2"] };

    public static readonly SettingVariable LockRetryCount = new("CACHE_LOCK_RETRY_COUNT", SettingKind.Number, "Attempts to write to a customer that an SDK holds locked.")
    { Default = "240", Min = 1, Max = 100_000 };

    public static readonly SettingVariable CreditKeyPrefix = new("CACHE_CREDIT_KEY_PREFIX", SettingKind.Text, "What the readers put before a credit's currency id to name its entry; `none`: nothing. `inspect` tells when it is another one.")
    { Default = CacheSettings.DefaultCreditKeyPrefix };

    public static readonly SettingVariable Sweep = new("CACHE_SWEEP", SettingKind.Flag, "Refresh every cached customer when an event concerns all of them, such as a published plan; else such events change nothing.")
    { Default = "0" };

    public static readonly SettingVariable SweepRate = new("CACHE_SWEEP_RATE_PER_SEC", SettingKind.Number, "Edge API calls a second of such a sweep, over all replicas together.")
    { Default = SweepSettings.DefaultRate.ToString(CultureInfo.InvariantCulture), Min = 1, Max = 1_000 };

    public static readonly SettingVariable Refill = new("CACHE_REFILL", SettingKind.Flag, "Refill the cache from the Edge API when Redis has lost it, with the customers that events named since the start.")
    { Default = "0" };

    public static readonly SettingVariable RefillRate = new("CACHE_REFILL_RATE_PER_SEC", SettingKind.Number, "Edge API calls a second of such a refill, over all replicas and `warm` commands together.")
    { Default = RefillSettings.DefaultRate.ToString(CultureInfo.InvariantCulture), Min = 1, Max = 1_000 };

    public static readonly SettingVariable RefillCustomers = new("CACHE_REFILL_CUSTOMERS", SettingKind.Number, "Customers and resources remembered for a refill and for `warm --recent`, at most; about 110 bytes each.")
    { Default = RefillSettings.DefaultCustomers.ToString(CultureInfo.InvariantCulture), Min = 0, Max = 10_000_000 };

    public static readonly SettingVariable AuditRate = new("CACHE_AUDIT_RATE_PER_MIN", SettingKind.Number, "Cached customers that are compared with the Edge API a minute, over all replicas together; 0: none.")
    { Default = "0", Min = 0, Max = 6_000 };

    public static readonly SettingVariable RedisHost = new("REDIS_HOST", SettingKind.Host, "Host name or IP address of Redis.") { Default = "localhost" };

    public static readonly SettingVariable RedisPort = new("REDIS_PORT", SettingKind.Number, "TCP port of Redis.") { Default = "6379", Min = 1, Max = 65_535 };

    public static readonly SettingVariable RedisDb = new("REDIS_DB", SettingKind.Number, "Redis database.") { Default = "0", Min = 0, Max = int.MaxValue };

    public static readonly SettingVariable RedisUsername = new("REDIS_USERNAME", SettingKind.Text, "Redis ACL user; needs a password.");

    public static readonly SettingVariable RedisPassword = new("REDIS_PASSWORD", SettingKind.Secret, "Redis password.");

    public static readonly SettingVariable RedisPasswordFile = new("REDIS_PASSWORD_FILE", SettingKind.File, "File with the Redis password, read again at every connect; instead of REDIS_PASSWORD.");

    public static readonly SettingVariable RedisTls = new("REDIS_TLS", SettingKind.Flag, "Connect to Redis with TLS.") { Default = "0" };

    public static readonly SettingVariable RedisTlsCaFile = new("REDIS_TLS_CA_FILE", SettingKind.File, "PEM file of the authorities that may have signed Redis's certificate; needs REDIS_TLS.")
    { DefaultNote = "the system's" };

    public static readonly SettingVariable RedisConnectTimeout = new("REDIS_CONNECT_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one connection attempt, TLS and AUTH included.")
    { Default = "5000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable RedisCommandTimeout = new("REDIS_COMMAND_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one Redis command.")
    { Default = "5000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable ServerApiKey = new("SERVER_API_KEY", SettingKind.Secret, "Stigg server API key.") { Required = true };

    public static readonly SettingVariable EdgeApiUrl = new("EDGE_API_URL", SettingKind.Url, "Base URL of Stigg's Edge API.") { Default = "https://edge.api.stigg.io" };

    public static readonly SettingVariable EdgeApiTimeout = new("EDGE_API_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one Edge API call.")
    { Default = "10000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable EdgeApiConcurrency = new("EDGE_API_CONCURRENCY", SettingKind.Number, "Edge API calls at once.")
    { Default = "16", Min = 1, Max = 1_000 };

    public static readonly SettingVariable Port = new("PORT", SettingKind.Number, "TCP port of /livez, /readyz and /metrics.") { Default = "4000", Min = 1, Max = 65_535 };

    public static readonly SettingVariable ShutdownTimeout = new("SHUTDOWN_TIMEOUT_IN_SECS", SettingKind.Number, "How long a stop waits for messages in hand; keep it below the pod's grace period.")
    { Default = "25", Min = 1, Max = 600 };

    public static readonly SettingVariable LogLevel = new("LOG_LEVEL", SettingKind.Choice, "Least severe level that is logged.")
    { Default = "info", Choices = ["error", "warn", "info", "debug"] };

    public static readonly SettingVariable LogMessageKey = new("LOG_MESSAGE_KEY", SettingKind.Text, "JSON member of a log line's message.") { Default = "msg" };

    public static readonly SettingVariable LogErrorKey = new("LOG_ERROR_KEY", SettingKind.Text, "JSON member of a log line's error.") { Default = "err" };

    public static readonly SettingVariable SentryDsn = new("SENTRY_DSN", SettingKind.Secret, "Where errors are reported.")
    { DefaultNote = "from the Edge API's configuration" };

    public static readonly SettingVariable DisableSentry = new("DISABLE_SENTRY", SettingKind.Flag, "Report no errors to Sentry.") { Default = "0" };

    public static readonly SettingVariable SentryEnvironment = new("SENTRY_ENVIRONMENT", SettingKind.Text, "Environment named in error reports.")
    { DefaultNote = "ENVIRONMENT_PREFIX" };

    public static readonly SettingVariable OtlpEndpoint = new("OTEL_EXPORTER_OTLP_ENDPOINT", SettingKind.Url, "OpenTelemetry collector that metrics are pushed to.")
    { DefaultNote = "none" };

    /// <summary>All of the above; the reference documentation is generated from it.</summary>
    public static readonly ImmutableArray<SettingVariable> All =
    [
        AwsRegion, QueueUrl, SqsEndpoint, AwsEndpoint, BatchSize, Consumers, MaxInFlight, WaitTime, VisibilityTimeout,
        EnvironmentPrefix, KeysTtl, CacheUpdatePolicy, CacheLayout, LockRetryCount, CreditKeyPrefix, Sweep, SweepRate,
        Refill, RefillRate, RefillCustomers, AuditRate,
        RedisHost, RedisPort, RedisDb, RedisUsername, RedisPassword, RedisPasswordFile, RedisTls, RedisTlsCaFile, RedisConnectTimeout, RedisCommandTimeout,
        ServerApiKey, EdgeApiUrl, EdgeApiTimeout, EdgeApiConcurrency,
        Port, ShutdownTimeout, LogLevel, LogMessageKey, LogErrorKey, SentryDsn, DisableSentry, SentryEnvironment, OtlpEndpoint,
    ];
}
