using EntitlementCache.Hosting;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Definitions;
using EntitlementCache.Observability.Errors;
using PersistentCacheService.Auditing;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Refetching;
using PersistentCacheService.Tracing;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Observability;

/// <summary>
/// The catalogue of every instrument of this process: name, type, unit, meaning, buckets, and each label with all its values. Instruments are
/// created from here and from nowhere else; the page, the OpenTelemetry push and the tables of docs/monitoring.md follow it.
/// A label stands for an enum where there is one: its values are the members' names. None carries a customer, a message or a key.
/// </summary>
internal static class Instruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PersistentCacheService";

    // The field initializers below fill it in the order of the text.
    private static readonly List<InstrumentDefinition> Listed = [];

    // The eight of the original: names and types are fixed, and they carry no labels. Two are gauges although their names end in _total.

    public static readonly HistogramDefinition WriteDuration = Histogram(
        "persistent_cache_write_duration_seconds", "s", "Time of one write to Redis, waiting for an SDK's lock included.",
        .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30);

    public static readonly CounterDefinition WriteErrors = Counter(
        "persistent_cache_write_errors_total", "{write}", "Writes to Redis that failed; most are retried.");

    public static readonly GaugeDefinition HitRatio = Gauge(
        "persistent_cache_hit_ratio", "1", "Share of found keys among those looked for, 0 to 1.");

    public static readonly GaugeDefinition MemoryUsage = Gauge(
        "persistent_cache_memory_usage_bytes", "By", "Memory Redis uses.");

    public static readonly GaugeDefinition Hits = Gauge(
        "persistent_cache_hits_total", "{key}", "Keys that were found by readers of the whole Redis server, since it started.");

    public static readonly GaugeDefinition Misses = Gauge(
        "persistent_cache_misses_total", "{key}", "Keys that were not found by readers of the whole Redis server, since it started.");

    public static readonly HistogramDefinition HandlingDuration = Histogram(
        "persistent_cache_message_handling_duration_seconds", "s", "Time from the receipt of a message to the end of its processing.",
        .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30);

    public static readonly CounterDefinition Processed = Counter(
        "persistent_cache_messages_processed_total", "{message}", "Messages processed to their end and acknowledged.");

    /// <summary>The eight of the original.</summary>
    public static readonly IReadOnlyList<InstrumentDefinition> Original = [.. Listed];

    // Messages and the queue.

    public static readonly LabelDefinition MessageTypes = LabelDefinition.Of<MessageType>(
        "type", "Kind of message; `unknown` is a type this version does not know, `none` a body without any.");

    public static readonly LabelDefinition MessageOutcomes = LabelDefinition.Of<MessageOutcome>("outcome", "What became of the message.");

    public static readonly CounterDefinition Messages = Counter(
        "persistent_cache_messages_total", "{message}", "Messages by type and outcome.", MessageTypes, MessageOutcomes);

    public static readonly HistogramDefinition MessageLag = Histogram(
        "persistent_cache_message_lag_seconds", "s", "Age of a message at its first receipt, by its SentTimestamp; malformed ones do not count.",
        .1, .5, 1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600);

    public static readonly LabelDefinition ReceiveResults = LabelDefinition.Of<SqsErrorKind>(
        "result", "Whether it brought messages, or why it failed.", "messages", "empty");

    public static readonly CounterDefinition ReceiveCalls = Counter(
        "persistent_cache_receive_calls_total", "{call}", "ReceiveMessage calls by result.", ReceiveResults);

    public static readonly GaugeDefinition LastReceiveSuccess = Gauge(
        "persistent_cache_last_receive_success_timestamp_seconds", "s", "When a call to the queue last succeeded, seconds since the Unix epoch.");

    public static readonly HistogramDefinition ReceiveBatchSize = Histogram(
        "persistent_cache_receive_batch_size", "{message}", "Messages of one receive call that brought any.", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    public static readonly HistogramDefinition DeleteBatchSize = Histogram(
        "persistent_cache_delete_batch_size", "{message}", "Entries of one DeleteMessageBatch call.", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    public static readonly LabelDefinition DeleteResults = LabelDefinition.Of<DeleteResult>(
        "result", "Whether the queue has deleted the message, refused to, or was not asked because the receipt handle had expired.");

    public static readonly CounterDefinition DeleteEntries = Counter(
        "persistent_cache_delete_entries_total", "{message}", "Acknowledgements by result; those that are not deleted are delivered again.", DeleteResults);

    public static readonly LabelDefinition ReturnReasons = LabelDefinition.Of<ReturnReason>("reason", "Why the message could not be processed now.");

    public static readonly CounterDefinition VisibilityReturns = Counter(
        "persistent_cache_visibility_returns_total", "{message}", "Messages returned to the queue, by reason.", ReturnReasons);

    public static readonly CounterDefinition EntitlementsLeftOut = Counter(
        "persistent_cache_entitlements_left_out_total", "{entitlement}", "Entitlements that name no feature; the rest of their message is applied.");

    public static readonly LabelDefinition ImplausibleTimeKinds = LabelDefinition.Of<ImplausibleTimeKind>(
        "kind", "`past`: before 2020; `future`: more than a day after the message was sent.");

    public static readonly CounterDefinition ImplausibleTimes = Counter(
        "persistent_cache_implausible_times_total", "{time}", "Timestamps that cannot be true; they are still applied.", ImplausibleTimeKinds);

    // Each queue of several by itself; the instruments above are sums over all.

    public static readonly LabelDefinition Queues = new("queue", "Name of the queue, as in QUEUE_URL.", "QUEUE");

    public static readonly GaugeDefinition QueueUsable = Gauge("persistent_cache_queue_usable", "1", "1 while the queue can be used.", Queues);

    public static readonly GaugeDefinition QueueLag = Gauge(
        "persistent_cache_queue_lag_seconds", "s", "Largest age of a message of the queue at its first receipt, in about the last minute.", Queues);

    public static readonly CounterDefinition QueueReceived = Counter(
        "persistent_cache_queue_received_messages_total", "{message}", "Messages received from the queue, repeated deliveries included.", Queues);

    public static readonly GaugeDefinition QueueInFlight = Gauge(
        "persistent_cache_queue_in_flight_messages", "{message}", "Messages of the queue in flight, and places reserved by receive calls under way.", Queues);

    public static readonly GaugeDefinition QueueLastSuccess = Gauge(
        "persistent_cache_queue_last_success_timestamp_seconds", "s", "When a call to the queue last succeeded, seconds since the Unix epoch.", Queues);

    // The worker itself.

    public static readonly LabelDefinition Version = new("version", "Version of the release.", BuildInfo.Version);

    public static readonly LabelDefinition Revision = new("revision", "Commit it was built from, empty when the build did not know.", BuildInfo.Revision);

    public static readonly LabelDefinition Runtime = new("runtime", "The .NET it runs on.", BuildInfo.Runtime);

    public static readonly GaugeDefinition Build = Gauge("persistent_cache_build_info", "1", "The running build.", Version, Revision, Runtime);

    public static readonly GaugeDefinition ConsumersRunning = Gauge("persistent_cache_consumers_running", "{loop}", "Receive loops that run.");

    public static readonly GaugeDefinition ConsumersPolling = Gauge(
        "persistent_cache_consumers_polling", "{loop}", "Receive loops that ask the queue: one while it is empty, all under a backlog.");

    public static readonly GaugeDefinition ConsumerHeartbeat = Gauge(
        "persistent_cache_consumer_last_heartbeat_timestamp_seconds", "s", "When the most silent receive loop last gave a heartbeat, seconds since the Unix epoch.");

    public static readonly GaugeDefinition InFlightMessages = Gauge(
        "persistent_cache_in_flight_messages", "{message}", "Messages in flight, and places reserved by receive calls under way.");

    public static readonly GaugeDefinition InFlightLimit = Gauge("persistent_cache_in_flight_limit", "{message}", "Most messages held at once.");

    public static readonly CounterDefinition LogLinesDropped = Counter(
        "persistent_cache_log_lines_dropped_total", "{line}", "Log lines that were dropped because standard output was not read fast enough.");

    // Redis.

    public static readonly CounterDefinition LockWaits = Counter(
        "persistent_cache_lock_waits_total", "{wait}", "Waits for a customer that an SDK held locked.");

    public static readonly GaugeDefinition RedisConnected = Gauge("persistent_cache_redis_connected", "1", "1 while the connection to Redis is ready.");

    public static readonly GaugeDefinition RedisWritable = Gauge(
        "persistent_cache_redis_writable", "1", "1 while Redis accepts writes; while it is 0 nothing is received.");

    public static readonly CounterDefinition RedisConnects = List(SharedInstruments.RedisConnects);

    public static readonly LabelDefinition RedisErrorKinds = SharedInstruments.RedisErrorKinds;

    public static readonly CounterDefinition RedisErrors = List(SharedInstruments.RedisErrors);

    public static readonly HistogramDefinition RedisCommandDuration = List(SharedInstruments.RedisCommandDuration);

    public static readonly GaugeDefinition RedisCommandsInFlight = Gauge(
        "persistent_cache_redis_commands_in_flight", "{command}", "Commands sent to Redis and not yet answered.");

    // The Edge API and Sentry.

    public static readonly LabelDefinition EdgeResults = SharedInstruments.EdgeResults;

    public static readonly CounterDefinition EdgeCalls = List(SharedInstruments.EdgeCalls);

    public static readonly HistogramDefinition EdgeCallDuration = List(SharedInstruments.EdgeCallDuration);

    public static readonly GaugeDefinition EdgeRefreshesInFlight = Gauge(
        "persistent_cache_edge_refreshes_in_flight", "{customer}", "Customers being fetched from the Edge API.");

    // The sweep of all cached customers.

    // The last result is one of warm-ups alone.
    public static readonly LabelDefinition SweepResults = new(
        "result", "What the sweep did to the customer.", [.. Enum.GetNames<RefetchResult>().SkipLast(1).Select(LabelText.SnakeCase)]);

    public static readonly CounterDefinition SweepCustomers = Counter(
        "persistent_cache_sweep_customers_total", "{customer}", "Customers and resources that sweeps of this process refreshed, by result.", SweepResults);

    public static readonly CounterDefinition SweepsCompleted = Counter(
        "persistent_cache_sweeps_completed_total", "{sweep}", "Sweeps that this process did the last customer of.");

    public static readonly GaugeDefinition SweepRunning = Gauge("persistent_cache_sweep_running", "1", "1 while this process does a sweep; one process at a time does.");

    public static readonly GaugeDefinition SweepCustomersLeft = Gauge(
        "persistent_cache_sweep_customers_left", "{customer}", "Customers and resources that the sweep of this process has yet to refresh; 0 while it does none.");

    // A wiped Redis, and filling the cache.

    public static readonly LabelDefinition WipeKinds = LabelDefinition.Of<WipeKind>("kind", "How Redis lost what it held.");

    public static readonly CounterDefinition RedisWiped = Counter(
        "persistent_cache_redis_wiped_total", "{wipe}", "Times that Redis was found to have lost what it held, by kind; every replica counts.", WipeKinds);

    public static readonly GaugeDefinition SeenCustomers = Gauge(
        "persistent_cache_seen_customers", "{customer}", "Customers and resources that are remembered for a refill.");

    public static readonly LabelDefinition WarmResults = LabelDefinition.Of<RefetchResult>("result", "What the refill did to the customer.");

    public static readonly CounterDefinition WarmCustomers = Counter(
        "persistent_cache_warm_customers_total", "{customer}", "Customers and resources that refills of this process dealt with, by result.", WarmResults);

    public static readonly CounterDefinition MissedChanges = Counter(
        "persistent_cache_warm_missed_changes_total", "{customer}", "Customers that were fetched once more, because an event about them came before a warm-up had cached them, by result; those that failed are tried again.", WarmResults);

    public static readonly GaugeDefinition WarmRunning = Gauge("persistent_cache_warm_running", "1", "1 while this process refills the cache.");

    public static readonly GaugeDefinition WarmCustomersLeft = Gauge(
        "persistent_cache_warm_customers_left", "{customer}", "Customers and resources that the refill of this process has yet to deal with; 0 while it does none.");

    // The audit.

    public static readonly LabelDefinition AuditResults = LabelDefinition.Of<AuditResult>("result", "Whether the cache is right about the customer.");

    public static readonly CounterDefinition AuditedCustomers = Counter(
        "persistent_cache_audited_customers_total", "{customer}", "Cached customers and resources that this process compared with the Edge API, by result.", AuditResults);

    public static readonly LabelDefinition DriftKinds = LabelDefinition.Of<DriftKind>("kind", "How the cache differs; `orphaned_usage` and `display` decide about no access and are no drift.");

    public static readonly CounterDefinition Drifts = Counter(
        "persistent_cache_drift_total", "{difference}", "Differences between cache and Edge API that lasted longer than a message takes, by kind.", DriftKinds);

    public static readonly GaugeDefinition DriftRatio = Gauge(
        "persistent_cache_drift_ratio", "1", "Share of wrong customers among those that this process compared in the last hour, 0 to 1; 0 when it compared none.");

    // Tracing.

    public static readonly LabelDefinition SpanResults = LabelDefinition.Of<SpanResult>("result", "Whether the collector took the span, or why not.");

    public static readonly CounterDefinition Spans = Counter(
        "persistent_cache_spans_total", "{span}", "Spans of traced messages, by what became of them.", SpanResults);

    // Error reports.

    public static readonly LabelDefinition EventOutcomes = LabelDefinition.Of<EventOutcome>("outcome", "Whether Sentry took the event, or why not.");

    public static readonly CounterDefinition SentryEvents = Counter(
        "persistent_cache_sentry_events_total", "{event}", "Error events by what became of them.", EventOutcomes);

    /// <summary>What this service adds to the eight.</summary>
    public static readonly IReadOnlyList<InstrumentDefinition> Additional = [.. Listed.Skip(Original.Count)];

    // The process, under the names of Prometheus' own client libraries (Go, Java) and under those of the .NET one.

    public static readonly CounterDefinition ProcessCpu = Counter("process_cpu_seconds_total", "s", "User and system CPU time spent.");

    public static readonly GaugeDefinition ProcessStart = Gauge("process_start_time_seconds", "s", "Start of the process, seconds since the Unix epoch.");

    public static readonly GaugeDefinition ProcessVirtualMemory = Gauge("process_virtual_memory_bytes", "By", "Virtual memory size.");

    public static readonly GaugeDefinition ProcessResidentMemory = Gauge("process_resident_memory_bytes", "By", "Resident memory size.");

    public static readonly GaugeDefinition ProcessWorkingSet = Gauge("process_working_set_bytes", "By", "Working set (resident memory).");

    public static readonly GaugeDefinition ProcessPrivateMemory = Gauge("process_private_memory_bytes", "By", "Private memory size.");

    public static readonly GaugeDefinition ProcessOpenFiles = Gauge("process_open_fds", "{file}", "Open file descriptors.");

    public static readonly GaugeDefinition ProcessOpenHandles = Gauge("process_open_handles", "{file}", "Open handles (file descriptors).");

    public static readonly GaugeDefinition ProcessMaxFiles = Gauge("process_max_fds", "{file}", "Limit of open file descriptors.");

    public static readonly GaugeDefinition ProcessThreads = Gauge("process_threads", "{thread}", "Operating system threads.");

    public static readonly GaugeDefinition ProcessThreadsCount = Gauge("process_num_threads", "{thread}", "Operating system threads.");

    // The runtime.

    public static readonly LabelDefinition Generations = new("generation", "Generation of the garbage collector.", "0", "1", "2");

    public static readonly CounterDefinition Collections = Counter(
        "dotnet_collection_count_total", "{collection}", "Garbage collections by generation.", Generations);

    public static readonly GaugeDefinition ManagedMemory = Gauge(
        "dotnet_total_memory_bytes", "By", "Managed memory in use, garbage not yet found included.");

    public static readonly GaugeDefinition HeapSize = Gauge("dotnet_gc_heap_size_bytes", "By", "Managed heap after the last collection.");

    public static readonly GaugeDefinition CommittedMemory = Gauge("dotnet_gc_committed_bytes", "By", "Memory the collector has committed.");

    public static readonly CounterDefinition AllocatedMemory = Counter("dotnet_gc_allocated_bytes_total", "By", "Managed memory allocated since the start.");

    public static readonly CounterDefinition CollectorPauses = Counter("dotnet_gc_pause_seconds_total", "s", "Time the collector stopped all threads.");

    public static readonly GaugeDefinition PoolThreads = Gauge("dotnet_threadpool_threads", "{thread}", "Threads of the thread pool.");

    public static readonly GaugeDefinition PoolQueueLength = Gauge("dotnet_threadpool_queue_length", "{item}", "Work items that wait for a thread.");

    public static readonly CounterDefinition PoolCompletedItems = Counter(
        "dotnet_threadpool_completed_items_total", "{item}", "Work items the thread pool has run.");

    public static readonly CounterDefinition LockContentions = Counter("dotnet_lock_contentions_total", "{wait}", "Times a thread had to wait for a lock.");

    public static readonly CounterDefinition Exceptions = Counter("dotnet_exceptions_total", "{exception}", "Exceptions thrown, caught ones included.");

    // Of the page itself.

    public static readonly CounterDefinition ExpositionProblems = List(SharedInstruments.ExpositionProblems);

    /// <summary>Those of the process and its runtime.</summary>
    public static readonly IReadOnlyList<InstrumentDefinition> Process = [.. Listed.Skip(Original.Count + Additional.Count)];

    /// <summary>The whole catalogue.</summary>
    public static IReadOnlyList<InstrumentDefinition> All => Listed;

    private static CounterDefinition Counter(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels) =>
        List(new CounterDefinition(name, unit, meaning, labels));

    private static GaugeDefinition Gauge(string name, string unit, string meaning, params IReadOnlyList<LabelDefinition> labels) =>
        List(new GaugeDefinition(name, unit, meaning, labels));

    private static HistogramDefinition Histogram(string name, string unit, string meaning, params IReadOnlyList<double> buckets) =>
        List(new HistogramDefinition(name, unit, meaning, buckets));

    private static T List<T>(T definition)
        where T : InstrumentDefinition
    {
        Listed.Add(definition);
        return definition;
    }
}
