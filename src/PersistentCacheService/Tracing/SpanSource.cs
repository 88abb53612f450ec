using System.Diagnostics;
using EntitlementCache.Hosting;

namespace PersistentCacheService.Tracing;

/// <summary>Where spans come from. It never uses <see cref="Activity.Current"/>: a message's parts run on many threads and share calls, so each span names its parent.</summary>
/// <param name="sampling">Which messages are traced; null: none, and nothing is done for it.</param>
internal sealed class SpanSource(SpanSampling? sampling) : IDisposable
{
    /// <summary>Name of the source; listeners subscribe to it.</summary>
    public const string Name = "PersistentCacheService";

    private readonly ActivitySource _source = new(Name, BuildInfo.Version);

    /// <summary>Which messages are traced; null: none.</summary>
    public SpanSampling? Sampling => sampling;

    /// <summary>Starts a span.</summary>
    /// <param name="name">Its name, one of few.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">Its parent; <c>default</c>: it begins a trace.</param>
    /// <param name="links">Other spans it belongs to.</param>
    /// <param name="began">When it began; <c>default</c>: now.</param>
    /// <returns>The span; null when no exporter listens.</returns>
    public Activity? Start(string name, ActivityKind kind, ActivityContext parent, IEnumerable<ActivityLink>? links = null, DateTimeOffset began = default)
    {
        if (!_source.HasListeners())
        {
            return null;
        }

        // Without a parent .NET would take the current one.
        var outer = Activity.Current;
        Activity.Current = null;
        var span = _source.StartActivity(name, kind, parent, tags: null, links, began);
        Activity.Current = outer;
        return span;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
