namespace PersistentCacheService.FaultTests.World;

/// <summary>A fault: what begins it, what ends it, and what people should see meanwhile.</summary>
/// <param name="Area">Group of the table, e.g. <c>Redis</c>.</param>
/// <param name="Title">The fault in the words of an operator.</param>
/// <param name="Injection">How it is brought about.</param>
internal sealed record Fault(string Area, string Title, string Injection)
{
    /// <summary>Brings it about.</summary>
    public required Func<FaultWorld, Task> Begin { get; init; }

    /// <summary>Ends it.</summary>
    public Func<FaultWorld, Task> End { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What <c>/readyz</c> must say.</summary>
    public Expectation Readyz { get; init; } = Expectation.Down;

    /// <summary>Whether <c>/livez</c> answers meanwhile.</summary>
    public bool LivezAnswers { get; init; } = true;

    /// <summary>How long it lasts.</summary>
    public TimeSpan Lasts { get; init; } = FaultLength.Outage;

    /// <summary>Whether Redis itself loses data it had confirmed.</summary>
    public bool RedisLosesData { get; init; }

    /// <summary>
    /// Whether the fault itself burns receives: the answer of a receive is lost, or a delete has no effect. At least once means that the message comes
    /// again then; the service may not make more of it than one receive per visibility timeout.
    /// </summary>
    public bool BurnsReceives { get; init; }

    /// <summary>Looked at before the fault ends.</summary>
    public Func<FaultWorld, Task> Meanwhile { get; init; } = static _ => Task.CompletedTask;

    /// <summary>Sample of <c>/metrics</c> that shows the fault, read before it ends; null: none.</summary>
    public string? Metric { get; init; }
}
