using EndToEnd.Measuring;
using EndToEnd.Processes;
using EndToEnd.Reporting;
using EndToEnd.Scenarios;

namespace EndToEnd;

/// <summary>A whole run: all rows once, then all rows again, so that what disturbs the machine disturbs them alike.</summary>
internal static class Benchmark
{
    /// <returns>The exit code: 1 when a row failed.</returns>
    public static async Task<int> RunAsync(BenchOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var all = options.IsQuick ? ScenarioList.Quick : ScenarioList.Full;
        var scenarios = all
            .Where(scenario => options.Only.Count == 0 || options.Only.Exists(text => Names(text, scenario, all)))
            .Where(scenario => options.Peer is not null || scenario.Subject != Subject.Peer)
            .Where(scenario => options.Baseline is not null || scenario.Subject != Subject.Baseline)
            .ToArray();
        if (options.IsList)
        {
            await output.WriteLineAsync(string.Join('\n', scenarios.Select(static scenario => scenario.Name)));
            return 0;
        }

        var programs = new Programs(options.Worker, options.Baseline, options.LocalSqs, options.Peer);
        var placement = new Placement(options.WorkerCore, options.ServerCore, options.IsRealtime);
        var machine = await Machine.DescribeAsync(options);
        await output.WriteLineAsync(machine.ToSentence());
        var rows = await DrainAllAsync(scenarios, options.Runs, new Drain(programs, placement), output, cancellationToken);
        var standing = options.HasStanding ? await StandAsync(options, new StandingProbe(programs, placement), output, cancellationToken) : null;
        var report = new Report(machine with { LoadAtTheEnd = Machine.ReadLoad() }, rows, standing);
        await output.WriteLineAsync();
        await output.WriteLineAsync(TextTable.Render(report));
        ReportFiles.Write(report, options);
        return rows.Any(static row => row.Failure is not null) ? 1 : 0;
    }

    /// <summary>Whether a text is the name of a scenario; one that is no scenario's whole name stands for all that contain it.</summary>
    private static bool Names(string text, Scenario scenario, IReadOnlyList<Scenario> all) => all.Any(other => other.Name == text)
        ? scenario.Name == text
        : scenario.Name.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static async Task<IReadOnlyList<Row>> DrainAllAsync(
        IReadOnlyList<Scenario> scenarios, int runs, Drain drain, TextWriter output, CancellationToken cancellationToken)
    {
        Row[] rows = [.. scenarios.Select(static scenario => new Row(scenario))];
        for (var run = 1; run <= runs; run++)
        {
            foreach (var row in rows.Where(row => run <= row.Scenario.MaxRuns))
            {
                try
                {
                    var figures = await drain.RunAsync(row.Scenario, run, cancellationToken);
                    row.Add(figures);
                    await output.WriteLineAsync(TextTable.Line(run, row.Scenario, figures));
                }
                catch (Exception exception) when (exception is TimeoutException or InvalidOperationException or HttpRequestException)
                {
                    row.Fail(exception.Message);
                    await output.WriteLineAsync($"{run}  {row.Scenario.Name}: failed: {exception.Message}");
                }
            }
        }

        return rows;
    }

    private static async Task<StandingFigures> StandAsync(BenchOptions options, StandingProbe probe, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("start and idle ...");
        return options.IsQuick
            ? await probe.RunAsync(starts: 3, settle: TimeSpan.FromSeconds(5), watch: TimeSpan.FromSeconds(20), cancellationToken)
            : await probe.RunAsync(starts: 5, settle: TimeSpan.FromSeconds(30), watch: TimeSpan.FromSeconds(60), cancellationToken);
    }
}
