namespace PersistentCacheService.Observability.Runtime;

/// <summary>Figures of the process and its runtime (<c>process_*</c>, <c>dotnet_*</c>): read at each scrape, free between scrapes.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    private readonly DotnetMetrics _dotnet;

    /// <summary>Creates the instruments; they last as long as the meter.</summary>
    /// <param name="metrics">Whose meter they belong to.</param>
    /// <param name="time">The clock that decides how long one reading of /proc serves.</param>
    public RuntimeMetrics(ServiceMetrics metrics, TimeProvider time)
    {
        ProcessMetrics.AddTo(metrics.Meter, time);
        _dotnet = new DotnetMetrics(metrics.Meter);
    }

    /// <summary>Counts exceptions no longer.</summary>
    public void Dispose() => _dotnet.Dispose();
}
