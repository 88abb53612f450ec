namespace PersistentCacheService.Messages;

/// <summary>Why a timestamp cannot be true; the label <c>kind</c> of <c>persistent_cache_implausible_times_total</c>.</summary>
internal enum ImplausibleTimeKind
{
    /// <summary>Before 2020, where there was nothing to measure: the zero of Go or .NET, or seconds in place of milliseconds.</summary>
    Past,

    /// <summary>More than a day after the message was sent: nothing older replaces it until then.</summary>
    Future,
}
