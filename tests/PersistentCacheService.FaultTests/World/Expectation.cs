namespace PersistentCacheService.FaultTests.World;

/// <summary>What <c>/readyz</c> must say during a fault.</summary>
internal enum Expectation
{
    /// <summary>503 at some time, and again 200 afterwards.</summary>
    Down,

    /// <summary>200 all the time.</summary>
    Up,

    /// <summary>Either: the fault comes and goes faster than a probe, or strikes only some calls.</summary>
    Either,
}
