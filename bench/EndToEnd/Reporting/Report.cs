using EndToEnd.Measuring;
using EndToEnd.Scenarios;

namespace EndToEnd.Reporting;

/// <summary>All that a run of the benchmark found.</summary>
/// <param name="Machine">Where and when.</param>
/// <param name="Rows">The drains, in the order of their list.</param>
/// <param name="Standing">Start and idle; null when left out.</param>
internal sealed record Report(Machine Machine, IReadOnlyList<Row> Rows, StandingFigures? Standing)
{
    /// <summary>The row of a scenario, also of one with fewer messages; null when it was left out or all its runs failed.</summary>
    public Row? Find(Scenario scenario) => Rows.FirstOrDefault(row => row.Runs.Count > 0 && string.Equals(row.Scenario.Name, scenario.Name, StringComparison.Ordinal));

    /// <summary>Median messages a second of a scenario.</summary>
    public double? SpeedOf(Scenario scenario) => Find(scenario)?.Median(static run => run.MessagesPerSecond);
}
