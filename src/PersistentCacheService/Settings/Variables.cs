using System.Collections.Immutable;
using System.Globalization;
using EntitlementCache.Settings;
using Shared = EntitlementCache.Settings.SharedVariables;

namespace PersistentCacheService.Settings;

/// <summary>Every environment variable that the worker reads and the Sidecar does not, or has with another default.</summary>
internal static class Variables
{
    public static readonly SettingVariable AwsRegion = new("AWS_REGION", SettingKind.Text, "AWS region of the queue.") { Required = true, IsShown = true };

    public static readonly SettingVariable QueueUrl = new("QUEUE_URL", SettingKind.Url, "URL of the SQS queue to consume; up to 4 with commas between, the most important first.") { Required = true };

    public static readonly SettingVariable SqsEndpoint = new("AWS_ENDPOINT_URL_SQS", SettingKind.Url, "Endpoint of SQS, for VPC endpoints and emulators.")
    { DefaultNote = "AWS_ENDPOINT_URL, else the origin of QUEUE_URL", IsOrigin = true };

    public static readonly SettingVariable AwsEndpoint = new("AWS_ENDPOINT_URL", SettingKind.Url, "Endpoint of all AWS services.")
    { DefaultNote = "the origin of QUEUE_URL", IsOrigin = true };

    public static readonly SettingVariable QueueCredentials = new("QUEUE_CREDENTIALS", SettingKind.Choice, "Who gives the credentials for the queue: the AWS SDK's default chain (aws), or Stigg's Edge API for who has no AWS identity (edge).")
    { Default = "aws", Choices = ["aws", "edge"] };

    public static readonly SettingVariable RoleArnChain = new("AWS_ROLE_ARN_CHAIN", SettingKind.Text, "ARNs of up to 5 roles, with commas between, that are assumed one after the other, the first with the default chain's credentials.")
    { DefaultNote = "none" };

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

    public static readonly SettingVariable KeysTtl = new("KEYS_TTL_IN_SECS", SettingKind.Number, "Expiry of written keys in seconds; negative: none.")
    { Default = "604800", Min = int.MinValue, Max = int.MaxValue, Except = 0 };

    public static readonly SettingVariable CacheUpdatePolicy = new("CACHE_UPDATE_POLICY", SettingKind.Choice, "Whether customers that are not cached yet are written (UPSERT) or left to the readers.")
    { Default = "UPDATE_IF_EXISTS", Choices = ["UPDATE_IF_EXISTS", "UPSERT"] };

    public static readonly SettingVariable LockRetryCount = new("CACHE_LOCK_RETRY_COUNT", SettingKind.Number, "Attempts to write to a customer that an SDK holds locked.")
    { Default = "240", Min = 1, Max = 100_000 };

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

    public static readonly SettingVariable RedisCommandTimeout = new("REDIS_COMMAND_TIMEOUT_IN_MS", SettingKind.Number, "Deadline of one Redis command.")
    { Default = "5000", Min = 100, Max = 120_000 };

    public static readonly SettingVariable ServerApiKey = new("SERVER_API_KEY", SettingKind.Secret, "Stigg server API key.") { Required = true };

    public static readonly SettingVariable Port = new("PORT", SettingKind.Number, "TCP port of /livez, /readyz, /metrics and the page for people.") { Default = "4000", Min = 1, Max = 65_535 };

    public static readonly SettingVariable StatusPage = new("STATUS_PAGE", SettingKind.Flag, "Show people the state of this process at / of that port.") { Default = "1" };

    public static readonly SettingVariable ShutdownTimeout = new("SHUTDOWN_TIMEOUT_IN_SECS", SettingKind.Number, "How long a stop waits for messages in hand; keep it below the pod's grace period.")
    { Default = "25", Min = 1, Max = 600 };

    public static readonly SettingVariable OtlpEndpoint = new("OTEL_EXPORTER_OTLP_ENDPOINT", SettingKind.Url, "OpenTelemetry collector that metrics are pushed to, and spans when they are asked for.")
    { DefaultNote = "none" };

    public static readonly SettingVariable OtlpTracesEndpoint = new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", SettingKind.Url, "Collector for spans alone; with http/protobuf the whole URL, such as `http://collector:4318/v1/traces`.")
    { DefaultNote = "OTEL_EXPORTER_OTLP_ENDPOINT" };

    public static readonly SettingVariable TracesExporter = new("OTEL_TRACES_EXPORTER", SettingKind.Choice, "Whether spans are pushed to the collector, if there is one; of a list otlp alone counts.")
    { DefaultNote = "otlp with OTEL_TRACES_SAMPLER or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, else none", Choices = ["otlp", "none"] };

    public static readonly SettingVariable TracesSampler = new("OTEL_TRACES_SAMPLER", SettingKind.Choice, "Which messages are traced; with `parentbased_` the producer's decision counts first.")
    { Default = "parentbased_always_on", Choices = ["parentbased_always_on", "parentbased_traceidratio", "parentbased_always_off", "always_on", "traceidratio", "always_off"] };

    public static readonly SettingVariable TracesSamplerArgument = new("OTEL_TRACES_SAMPLER_ARG", SettingKind.Ratio, "Share of messages that the samplers `traceidratio` trace: 0.01 is one in a hundred.")
    { Default = "1" };

    /// <summary>All variables of the worker, in the order of the documentation; the reference documentation is generated from it.</summary>
    public static readonly ImmutableArray<SettingVariable> All =
    [
        AwsRegion, QueueUrl, SqsEndpoint, AwsEndpoint, QueueCredentials, RoleArnChain, BatchSize, Consumers, MaxInFlight, WaitTime, VisibilityTimeout,
        Shared.EnvironmentPrefix, KeysTtl, CacheUpdatePolicy, Shared.CacheLayout, LockRetryCount, Shared.CreditKeyPrefix, Sweep, SweepRate,
        Refill, RefillRate, RefillCustomers, AuditRate,
        .. Shared.RedisAccess, RedisCommandTimeout,
        ServerApiKey, Shared.EdgeApiUrl, Shared.EdgeApiTimeout, Shared.EdgeApiConcurrency,
        Port, StatusPage, ShutdownTimeout, Shared.LogLevel, Shared.LogMessageKey, Shared.LogErrorKey, Shared.SentryDsn, Shared.DisableSentry, Shared.SentryEnvironment, OtlpEndpoint,
        OtlpTracesEndpoint, TracesExporter, TracesSampler, TracesSamplerArgument,
    ];
}
