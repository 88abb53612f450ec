using System.Globalization;
using TestKit.Processes;

namespace EndToEnd;

/// <summary>Where and when the figures were taken.</summary>
internal sealed record Machine
{
    public required DateTimeOffset Date { get; init; }

    public required string Commit { get; init; }

    public required string Command { get; init; }

    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required int WorkerCore { get; init; }

    public required int ServerCore { get; init; }

    /// <summary>Whether the processes ran before all others of the machine.</summary>
    public required bool Realtime { get; init; }

    public required string Kernel { get; init; }

    public required string Dotnet { get; init; }

    public required string Redis { get; init; }

    public required string Node { get; init; }

    /// <summary>Load averages over 1, 5 and 15 minutes.</summary>
    public required string LoadAtTheStart { get; init; }

    public string? LoadAtTheEnd { get; init; }

    public static async Task<Machine> DescribeAsync(BenchOptions options)
    {
        var processors = (await File.ReadAllLinesAsync("/proc/cpuinfo"))
            .Where(static line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(static line => line.Split(':', 2)[1].Trim())
            .ToArray();
        return new Machine
        {
            Date = TimeProvider.System.GetUtcNow(),
            Commit = await AskAsync("git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"),
            Command = options.Command,
            Processor = processors.FirstOrDefault() ?? "unknown",
            Cores = processors.Length,
            WorkerCore = options.WorkerCore,
            ServerCore = options.ServerCore,
            Realtime = options.IsRealtime,
            Kernel = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(),
            Dotnet = Environment.Version.ToString(),
            Redis = (await AskAsync("redis-server", "--version")).Split(' ').FirstOrDefault(static word => word.StartsWith("v=", StringComparison.Ordinal))?[2..] ?? "unknown",
            Node = options.Peer is null ? "none" : await AskAsync("node", "--version"),
            LoadAtTheStart = ReadLoad(),
        };
    }

    public static string ReadLoad() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    /// <summary>All of it in one paragraph.</summary>
    public string ToSentence() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Date:yyyy-MM-dd HH:mm} UTC, commit {Commit}, `{Command}`: {Cores} cores of {Processor} (service on core {WorkerCore}, emulator and Redis on core {ServerCore}"
        + $"{(Realtime ? ", all with real-time priority" : "")}), Linux {Kernel}, .NET {Dotnet}, Redis {Redis}, Node.js {Node}, load average {LoadAtTheStart} at the start{(LoadAtTheEnd is null ? "" : $", {LoadAtTheEnd} at the end")}.");

    private static async Task<string> AskAsync(string program, params IReadOnlyList<string> arguments)
    {
        try
        {
            return (await ChildProcess.RunAsync(new ChildProcessSpec(program, arguments)))[0];
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return "unknown"; // not in a git checkout, or no such program
        }
    }
}
