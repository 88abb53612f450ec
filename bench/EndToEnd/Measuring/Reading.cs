using EndToEnd.Processes;

namespace EndToEnd.Measuring;

/// <summary>All counters at one moment; a measurement is the difference of two.</summary>
internal sealed class Reading
{
    private const string Spans = "persistent_cache_spans_total";
    private const string Handling = "persistent_cache_message_handling_duration_seconds";

    private readonly IReadOnlyList<ProcFigures> _consumers;
    private readonly IReadOnlyList<Exposition> _metrics;
    private readonly ProcFigures _emulator;
    private readonly ProcFigures _redis;
    private readonly long? _redisReads;
    private readonly QueueState _queue;

    private Reading(
        IReadOnlyList<ProcFigures> consumers, IReadOnlyList<Exposition> metrics, ProcFigures emulator, ProcFigures redis, long? redisReads, QueueState queue)
    {
        _consumers = consumers;
        _metrics = metrics;
        _emulator = emulator;
        _redis = redis;
        _redisReads = redisReads;
        _queue = queue;
    }

    public static async Task<Reading> TakeAsync(IReadOnlyList<Consumer> consumers, Emulator emulator, RedisUnderLoad redis)
    {
        // Processor time first: reading the rest costs some.
        ProcFigures[] figures = [.. consumers.Select(static consumer => consumer.ReadProc())];
        var (emulatorFigures, redisFigures) = (ProcFigures.Read(emulator.ProcessId), ProcFigures.Read(redis.ProcessId));
        var queue = await emulator.ReadAsync();
        var reads = await redis.CountReadsAsync();
        var metrics = await Task.WhenAll(consumers.Select(static consumer => consumer.ReadMetricsAsync()));
        return new Reading(figures, metrics, emulatorFigures, redisFigures, reads, queue);
    }

    /// <summary>What happened between an earlier reading, after which the queue's figures were set to zero, and this one.</summary>
    public DrainFigures Since(Reading before)
    {
        var messages = _queue.Deleted;
        var seconds = (_queue.LastDelete - _queue.FirstReceive) / 1000
            ?? throw new InvalidOperationException("No message was received and deleted.");
        var cpu = Total(_consumers) - Total(before._consumers);
        var collections = Enumerable.Range(0, 3).Select(generation => Gain(before, $"dotnet_collection_count_total{{generation=\"{generation}\"}}")).ToArray();
        var (sent, lost) = (Gain(before, $"{Spans}{{result=\"exported\"}}"), Gain(before, $"{Spans}{{result=\"failed\"}}") + Gain(before, $"{Spans}{{result=\"dropped\"}}"));
        return new DrainFigures
        {
            Messages = messages,
            Seconds = seconds,
            CpuMsPerMessage = cpu * 1000 / messages,
            PeakRssMb = _consumers.Max(static consumer => consumer.PeakRssMb),
            AllocatedBytesPerMessage = Gain(before, "dotnet_gc_allocated_bytes_total") / messages,
            HandlingP50Ms = HandlingMs(before, 0.5),
            HandlingP99Ms = HandlingMs(before, 0.99),
            HeldP50Ms = _queue.HeldP50,
            HeldP99Ms = _queue.HeldP99,
            SqsRequestsPerMessage = (_queue.AllRequests - before._queue.AllRequests) / (double)messages,
            RedisCommandsPerMessage = Gain(before, "persistent_cache_redis_command_duration_seconds_count") / messages,
            RedisRoundTripsPerMessage = (_redisReads - before._redisReads) / (double?)messages,
            Gen0 = collections[0] - collections[1],
            Gen1 = collections[1] - collections[2],
            Gen2 = collections[2],
            SpansSentPerMessage = sent + lost > 0 ? sent / messages : null,
            SpansLostPerMessage = sent + lost > 0 ? lost / messages : null,
            Redelivered = _queue.Redelivered,
            ConsumerCorePercent = cpu * 100 / seconds,
            EmulatorCorePercent = (_emulator.CpuSeconds - before._emulator.CpuSeconds) * 100 / seconds,
            RedisCorePercent = (_redis.CpuSeconds - before._redis.CpuSeconds) * 100 / seconds,
        };
    }

    private static double Total(IEnumerable<ProcFigures> processes) => processes.Sum(static process => process.CpuSeconds);

    // The sum over all processes; null when none has the series.
    private double? Gain(Reading before, string series)
    {
        double? gain = null;
        for (var i = 0; i < _metrics.Count; i++)
        {
            if (_metrics[i].Value(series) is { } value)
            {
                gain = (gain ?? 0) + value - (before._metrics[i].Value(series) ?? 0);
            }
        }

        return gain;
    }

    private double? HandlingMs(Reading before, double share) => Quantile.OfGain(Handlings(before._metrics), Handlings(_metrics), share) * 1000;

    private static Bucket[] Handlings(IReadOnlyList<Exposition> metrics) =>
    [
        .. metrics.SelectMany(static page => page.Buckets(Handling))
            .GroupBy(static bucket => bucket.UpperBound)
            .Select(static same => new Bucket(same.Key, same.Sum(static bucket => bucket.Count)))
            .OrderBy(static bucket => bucket.UpperBound),
    ];
}
