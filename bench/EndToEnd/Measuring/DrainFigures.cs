namespace EndToEnd.Measuring;

/// <summary>What one drain of a full queue took. Null: the consumer does not tell.</summary>
internal sealed record DrainFigures
{
    /// <summary>Messages handled and deleted, those delivered twice counted twice.</summary>
    public required long Messages { get; init; }

    /// <summary>From the first receive to the last delete, stamped in the emulator.</summary>
    public required double Seconds { get; init; }

    public double MessagesPerSecond => Messages / Seconds;

    /// <summary>Processor time of all consumers for a message, in ms.</summary>
    public required double CpuMsPerMessage { get; init; }

    /// <summary>Highest resident memory of one consumer since its start, in MB.</summary>
    public required double PeakRssMb { get; init; }

    /// <summary>Managed memory allocated for a message, in bytes.</summary>
    public double? AllocatedBytesPerMessage { get; init; }

    /// <summary>The consumer's own time from the receipt of a message to the end of its processing, in ms; its smallest bucket ends at 1 ms.</summary>
    public double? HandlingP50Ms { get; init; }

    public double? HandlingP99Ms { get; init; }

    /// <summary>Time from receive to delete in the emulator, in ms.</summary>
    public double? HeldP50Ms { get; init; }

    public double? HeldP99Ms { get; init; }

    public required double SqsRequestsPerMessage { get; init; }

    /// <summary>Commands that the consumer sent to Redis.</summary>
    public double? RedisCommandsPerMessage { get; init; }

    /// <summary>Times that Redis read from a socket: commands pipelined together are one round trip.</summary>
    public double? RedisRoundTripsPerMessage { get; init; }

    /// <summary>Garbage collections that went no further than this generation.</summary>
    public double? Gen0 { get; init; }

    public double? Gen1 { get; init; }

    public double? Gen2 { get; init; }

    /// <summary>Spans that the collector took; null: tracing is off.</summary>
    public double? SpansSentPerMessage { get; init; }

    /// <summary>Spans that it did not take, or that did not fit into the queue before it.</summary>
    public double? SpansLostPerMessage { get; init; }

    /// <summary>Messages delivered again because they were not deleted in time.</summary>
    public required long Redelivered { get; init; }

    /// <summary>Share of its core that the consumer used, in percent.</summary>
    public required double ConsumerCorePercent { get; init; }

    /// <summary>Share of the other core that the emulator used, to make the messages included: it may exceed 100.</summary>
    public required double EmulatorCorePercent { get; init; }

    /// <summary>Share of the other core that Redis used.</summary>
    public required double RedisCorePercent { get; init; }
}
