namespace PersistentCacheService.Sentry;

/// <summary>What became of a DSN given to <see cref="SentryReporter.Configure"/>.</summary>
public enum DsnResult
{
    /// <summary>Events are delivered from now on, those captured before included.</summary>
    Enabled,

    /// <summary>Null or empty: reporting is off, silently.</summary>
    Absent,

    /// <summary>The DSN is malformed: one warning was logged, reporting is off.</summary>
    Malformed,

    /// <summary>A decision was taken before (DSN set, absent or disabled); this one was ignored.</summary>
    AlreadyDecided,
}
