using EntitlementCache.Observability;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>Figures of the process and its runtime (<c>process_*</c>, <c>dotnet_*</c>): read at each scrape, free between scrapes.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    private readonly DotnetMetrics _dotnet;

    /// <summary>Shows the instruments.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="time">The clock that decides how long one reading of /proc serves.</param>
    public RuntimeMetrics(MetricsPage page, TimeProvider time)
    {
        ProcessMetrics.AddTo(page, time);
        _dotnet = new DotnetMetrics(page);
    }

    /// <summary>Counts exceptions no longer.</summary>
    public void Dispose() => _dotnet.Dispose();
}
