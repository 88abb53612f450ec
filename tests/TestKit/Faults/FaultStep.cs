namespace TestKit.Faults;

/// <summary>A plan and how long it is in force.</summary>
public sealed record FaultStep(FaultPlan Plan, TimeSpan Duration)
{
    /// <summary>A random script: faults of every kind, each followed by a healthy time of the same length. The same seed gives the same script.</summary>
    /// <param name="seed">Seed of the choice; print it, so that a failure can be repeated.</param>
    /// <param name="faults">How many faults.</param>
    /// <param name="longest">Longest duration of a fault; the shortest is a tenth of it.</param>
    public static IReadOnlyList<FaultStep> Random(int seed, int faults, TimeSpan longest)
    {
        var random = new Random(seed);
        var steps = new List<FaultStep>(faults * 2);
        for (var fault = 0; fault < faults; fault++)
        {
            var duration = longest * (0.1 + (0.9 * random.NextDouble()));
            steps.Add(new FaultStep(Any(random), duration));
            steps.Add(new FaultStep(FaultPlan.None, duration));
        }

        return steps;
    }

    private static FaultPlan Any(Random random) => random.Next(9) switch
    {
        0 => FaultPlan.Refuse with { ResetOpen = true },
        1 => FaultPlan.Hang with { ResetOpen = true },
        2 => FaultPlan.Blackhole,
        3 => FaultPlan.Reset,
        4 => FaultPlan.CutAnswerAfter(random.Next(2000), (CutKind)random.Next(2)),
        5 => FaultPlan.CutRequestAfter(random.Next(20_000), (CutKind)random.Next(2)),
        6 => FaultPlan.Delay(TimeSpan.FromMilliseconds(random.Next(200)), TimeSpan.FromMilliseconds(50)),
        7 => FaultPlan.Throttle(random.Next(10_000, 200_000)),
        _ => FaultPlan.Fragment(random.Next(1, 100)),
    };
}
