namespace EndToEnd.Measuring;

/// <summary>What the service costs beside its messages.</summary>
internal sealed record StandingFigures
{
    /// <summary>From the start of the process to the first 200 of /readyz, each start in ms.</summary>
    public required IReadOnlyList<double> StartToReadyMs { get; init; }

    /// <summary>Share of a core while the queue is empty, in percent.</summary>
    public required double IdleCpuPercent { get; init; }

    public required double IdleRssMb { get; init; }

    public required double IdleSqsRequestsPerMinute { get; init; }

    /// <summary>How long the idle figures were watched, in s.</summary>
    public required double IdleSeconds { get; init; }

    public double? MedianStartMs => Quantile.Median(StartToReadyMs.Select(static ms => (double?)ms));
}
