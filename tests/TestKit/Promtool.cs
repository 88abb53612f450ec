using TestKit.Processes;

namespace TestKit;

/// <summary>Prometheus' own checker. A test that uses it is a <c>SkippableFact</c>: it is skipped, or fails in CI, when promtool is missing.</summary>
public static class Promtool
{
    /// <summary>Runs <c>promtool check metrics</c> on a page of the text format.</summary>
    /// <returns>What it complains about, a line each; empty for a page without problem.</returns>
    public static async Task<IReadOnlyList<string>> CheckMetricsAsync(string page)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, page);
            var (_, output) = await RunAsync(new ChildProcessSpec("sh", "-c", "exec promtool check metrics < \"$0\"", file));
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs promtool with arguments, e.g. <c>check rules FILE</c>.</summary>
    /// <returns>Its exit code and all it printed.</returns>
    public static Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(params IReadOnlyList<string> arguments) =>
        RunAsync(new ChildProcessSpec("promtool", arguments));

    private static async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(ChildProcessSpec spec)
    {
        Prerequisite.Promtool.Demand();
        await using var promtool = await ChildProcess.StartAsync(spec);

        // It computes, and does not wait: only a hang takes that long, even on a machine that has no time for it.
        var exitCode = await promtool.WaitForExitAsync(TimeSpan.FromMinutes(5));
        return (exitCode, [.. promtool.Output, .. promtool.Errors]);
    }
}
