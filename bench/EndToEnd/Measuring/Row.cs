using EndToEnd.Scenarios;

namespace EndToEnd.Measuring;

/// <summary>A scenario and all its runs.</summary>
internal sealed class Row(Scenario scenario)
{
    private readonly List<DrainFigures> _runs = [];

    public Scenario Scenario { get; } = scenario;

    public IReadOnlyList<DrainFigures> Runs => _runs;

    /// <summary>Why a run failed; null when none did.</summary>
    public string? Failure { get; private set; }

    public void Add(DrainFigures run) => _runs.Add(run);

    public void Fail(string reason) => Failure ??= reason;

    /// <summary>Median of a figure over the runs; null when none has it.</summary>
    public double? Median(Func<DrainFigures, double?> figure) => Quantile.Median(_runs.Select(figure));

    /// <summary>Largest value of a figure: what counts for memory.</summary>
    public double? Highest(Func<DrainFigures, double?> figure) => _runs.Max(figure);
}
