using System.Collections.Immutable;

namespace EntitlementCache.Settings;

/// <summary>The environment variables that mean the same to worker and Sidecar.</summary>
internal static class SharedVariables
{
    public static readonly SettingVariable EnvironmentPrefix = new("ENVIRONMENT_PREFIX", SettingKind.Text, "First part of every Redis key; the same as in the SDK's and Sidecar's configuration.")
    { Default = "production", Alias = "REDIS_ENVIRONMENT_PREFIX", IsShown = true };

    public static readonly SettingVariable CacheLayout = new("CACHE_LAYOUT", SettingKind.Choice, "Layout of cached entitlements: v3 for SDK 4.12.1 and Sidecar 5.194.5 or newer, v2 for SDK 3, dual for both during an upgrade.")
    { Default = "v3", Choices = ["v3", "dual", "v2"] };

    public static readonly SettingVariable CreditKeyPrefix = new("CACHE_CREDIT_KEY_PREFIX", SettingKind.Text, "What the readers put before a credit's currency id to name its entry; `none`: nothing. `inspect` tells when it is another one.")
    { Default = CacheSettings.DefaultCreditKeyPrefix, IsShown = true };

    public static readonly SettingVariable RedisHost = new("REDIS_HOST", SettingKind.Host, "Host name or IP address of Redis.") { Default = "localhost" };

    public static readonly SettingVariable RedisPort = new("REDIS_PORT", SettingKind.Number, "TCP port of Redis.") { Default = "6379", Min = 1, Max = 65_535 };

    public static readonly SettingVariable RedisDb = new("REDIS_DB", SettingKind.Number, "Redis database.") { Default = "0", Min = 0, Max = int.MaxValue };

    public static readonly SettingVariable RedisUsername = new("REDIS_USERNAME", SettingKind.Text, "Redis ACL user; needs a password, or REDIS_AUTH=iam.");

    public static readonly SettingVariable RedisPassword = new("REDIS_PASSWORD", SettingKind.Secret, "Redis password.");

    public static readonly SettingVariable RedisPasswordFile = new("REDIS_PASSWORD_FILE", SettingKind.File, "File with the Redis password, read again at every connect; instead of REDIS_PASSWORD.");

    public static readonly SettingVariable RedisAuth = new("REDIS_AUTH", SettingKind.Choice, "How the Redis user proves itself: with a password, or with signed AWS IAM tokens (ElastiCache, MemoryDB), which take REDIS_USERNAME, REDIS_IAM_CLUSTER and REDIS_TLS.")
    { Default = "password", Choices = ["password", "iam"] };

    public static readonly SettingVariable RedisIamCluster = new("REDIS_IAM_CLUSTER", SettingKind.Text, "Name that the IAM tokens are for: the replication group, the serverless cache or the MemoryDB cluster.")
    { IsShown = true };

    public static readonly SettingVariable RedisIamService = new("REDIS_IAM_SERVICE", SettingKind.Choice, "AWS service that the IAM tokens are for.")
    { Default = "elasticache", Choices = ["elasticache", "elasticache-serverless", "memorydb"] };

    public static readonly SettingVariable RedisIamRegion = new("REDIS_IAM_REGION", SettingKind.Text, "AWS region of that Redis.") { DefaultNote = "AWS_REGION", IsShown = true };

    public static readonly SettingVariable RedisSentinels = new("REDIS_SENTINELS", SettingKind.Text, "Sentinels as host:port with commas between, port 26379 where none is given; they name the primary, in place of REDIS_HOST and REDIS_PORT.")
    { IsShown = true };

    public static readonly SettingVariable RedisSentinelMaster = new("REDIS_SENTINEL_MASTER", SettingKind.Text, "Name that the sentinels have for the primary; needed with REDIS_SENTINELS.")
    { IsShown = true };

    public static readonly SettingVariable RedisSentinelUsername = new("REDIS_SENTINEL_USERNAME", SettingKind.Text, "ACL user at the sentinels; needs a password.");

    public static readonly SettingVariable RedisSentinelPassword = new("REDIS_SENTINEL_PASSWORD", SettingKind.Secret, "Password of the sentinels; that of Redis is not sent to them.");

    public static readonly SettingVariable RedisSentinelPasswordFile = new("REDIS_SENTINEL_PASSWORD_FILE", SettingKind.File, "File with that password, read again each time; instead of REDIS_SENTINEL_PASSWORD.");

    public static readonly SettingVariable RedisTls = new("REDIS_TLS", SettingKind.Flag, "Connect to Redis, and to its sentinels, with TLS.") { Default = "0" };

    public static readonly SettingVariable RedisTlsCaFile = new("REDIS_TLS_CA_FILE", SettingKind.File, "PEM file of the authorities that may have signed Redis's certificate; needs REDIS_TLS.")
    { DefaultNote = "the system's" };

    public static readonly SettingVariable RedisTlsCertFile = new("REDIS_TLS_CERT_FILE", SettingKind.File, "PEM file of the certificate to show to Redis, with its chain; read again at every connect; needs REDIS_TLS_KEY_FILE and REDIS_TLS.");

    public static readonly SettingVariable RedisTlsKeyFile = new("REDIS_TLS_KEY_FILE", SettingKind.File, "PEM file of its key, without a password; read again at every connect.");

    public static readonly SettingVariable RedisConnectTimeout = new("REDIS_CONNECT_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one connection attempt: sentinels, TLS and AUTH included.")
    { Default = "5000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable EdgeApiUrl = new("EDGE_API_URL", SettingKind.Url, "Base URL of Stigg's Edge API.") { Default = "https://edge.api.stigg.io" };

    public static readonly SettingVariable EdgeApiTimeout = new("EDGE_API_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one Edge API call.")
    { Default = "10000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable EdgeApiConcurrency = new("EDGE_API_CONCURRENCY", SettingKind.Number, "Edge API calls at once.")
    { Default = "16", Min = 1, Max = 1_000 };

    public static readonly SettingVariable LogLevel = new("LOG_LEVEL", SettingKind.Choice, "Least severe level that is logged.")
    { Default = "info", Choices = ["error", "warn", "info", "debug"] };

    public static readonly SettingVariable LogMessageKey = new("LOG_MESSAGE_KEY", SettingKind.Text, "JSON member of a log line's message.") { Default = "msg", IsShown = true };

    public static readonly SettingVariable LogErrorKey = new("LOG_ERROR_KEY", SettingKind.Text, "JSON member of a log line's error.") { Default = "err", IsShown = true };

    public static readonly SettingVariable SentryDsn = new("SENTRY_DSN", SettingKind.Secret, "Where errors are reported.")
    { DefaultNote = "from the Edge API's configuration" };

    public static readonly SettingVariable DisableSentry = new("DISABLE_SENTRY", SettingKind.Flag, "Report no errors to Sentry.") { Default = "0" };

    public static readonly SettingVariable SentryEnvironment = new("SENTRY_ENVIRONMENT", SettingKind.Text, "Environment named in error reports.")
    { DefaultNote = "ENVIRONMENT_PREFIX", IsShown = true };

    /// <summary>How Redis is reached, in the order of the documentation, but for the deadline of a command.</summary>
    public static readonly ImmutableArray<SettingVariable> RedisAccess =
    [
        RedisHost, RedisPort, RedisDb, RedisUsername, RedisPassword, RedisPasswordFile,
        RedisAuth, RedisIamCluster, RedisIamService, RedisIamRegion,
        RedisSentinels, RedisSentinelMaster, RedisSentinelUsername, RedisSentinelPassword, RedisSentinelPasswordFile,
        RedisTls, RedisTlsCaFile, RedisTlsCertFile, RedisTlsKeyFile, RedisConnectTimeout,
    ];
}
