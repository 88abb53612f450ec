using System.Diagnostics;

namespace EntitlementCache.EdgeApi;

/// <summary>For whom the Edge API is asked.</summary>
/// <param name="SentTimestamp">Stands in for a time the answer lacks, Unix ms.</param>
/// <param name="Span">The span that each call becomes a child of; null: the calls are not traced.</param>
internal readonly record struct EdgeAsk(long SentTimestamp, Activity? Span = null);
