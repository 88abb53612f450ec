namespace PersistentCacheService.Tracing;

/// <summary>What became of a span; the label <c>result</c> of <c>persistent_cache_spans_total</c>.</summary>
internal enum SpanResult
{
    /// <summary>The collector took it.</summary>
    Exported,

    /// <summary>The collector did not take it.</summary>
    Failed,

    /// <summary>Too many waited to be sent.</summary>
    Dropped,
}
