namespace PersistentCacheService.Prometheus;

/// <summary>The three metric types of the text format this service uses.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A value that goes both ways.</summary>
    Gauge,

    /// <summary>Counts per bucket, with sum and count.</summary>
    Histogram,
}
