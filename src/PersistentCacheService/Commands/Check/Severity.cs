namespace PersistentCacheService.Commands.Check;

/// <summary>How bad a finding is, mildest first.</summary>
internal enum Severity
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>The worker works; something beside it does not.</summary>
    Warning,

    /// <summary>The worker cannot work now; trying again may help.</summary>
    Unavailable,

    /// <summary>The worker cannot work, and only an operator can change that.</summary>
    Misconfigured,
}
