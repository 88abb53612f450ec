namespace PersistentCacheService.Auditing;

/// <summary>How the audit of a customer ended; the label <c>result</c> of <c>persistent_cache_audited_customers_total</c>.</summary>
internal enum AuditResult
{
    /// <summary>The cache says what the Edge API says, or is newer.</summary>
    Right,

    /// <summary>The cache is wrong.</summary>
    Drifted,

    /// <summary>The Edge API could not be asked.</summary>
    Failed,
}
