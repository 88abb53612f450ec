using System.Diagnostics.Metrics;
using PersistentCacheService.Prometheus.Runtime;

namespace PersistentCacheService.Prometheus;

/// <summary>
/// Process and runtime figures (<c>process_*</c>, <c>dotnet_*</c>) as observable instruments of one meter: read at the scrape,
/// free between scrapes.
/// </summary>
public sealed class RuntimeMetrics : IDisposable
{
    private readonly DotnetMetrics _dotnet;

    /// <summary>Creates the instruments.</summary>
    /// <param name="time">The clock that decides how long one reading of /proc serves.</param>
    public RuntimeMetrics(TimeProvider time)
    {
        Meter = new Meter("PersistentCacheService.Runtime");
        ProcessMetrics.AddTo(Meter, time);
        _dotnet = new DotnetMetrics(Meter);
    }

    /// <summary>The meter, for the registry's selection.</summary>
    public Meter Meter { get; }

    /// <summary>Removes the instruments.</summary>
    public void Dispose()
    {
        _dotnet.Dispose();
        Meter.Dispose();
    }
}
