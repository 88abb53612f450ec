using EndToEnd.Measuring;
using EndToEnd.Reporting;
using EndToEnd.Scenarios;

namespace EndToEnd.Tests;

/// <summary>Reports made up for the tests.</summary>
internal static class Reports
{
    public static Machine Machine { get; } = new()
    {
        Date = DateTimeOffset.UnixEpoch,
        Commit = "abc",
        Command = "eng/bench.sh",
        Processor = "A & B <C>",
        Cores = 2,
        WorkerCore = 0,
        ServerCore = 1,
        Realtime = false,
        Kernel = "6.1",
        Dotnet = "10.0",
        Redis = "7.0",
        Node = "v20",
        LoadAtTheStart = "0 0 0",
    };

    /// <summary>A run of a second with so many messages.</summary>
    public static DrainFigures Run(long messages, double peakRssMb = 50, double? allocated = 1000) => new()
    {
        Messages = messages,
        Seconds = 1,
        CpuMsPerMessage = 0.05,
        PeakRssMb = peakRssMb,
        AllocatedBytesPerMessage = allocated,
        SqsRequestsPerMessage = 0.2,
        Redelivered = 0,
        ConsumerCorePercent = 90,
        EmulatorCorePercent = 50,
        RedisCorePercent = 20,
    };

    public static Row Row(Scenario scenario, params ReadOnlySpan<DrainFigures> runs)
    {
        var row = new Row(scenario);
        foreach (var run in runs)
        {
            row.Add(run);
        }

        return row;
    }

    public static Report Of(params IReadOnlyList<Row> rows) => new(Machine, rows, null);
}
