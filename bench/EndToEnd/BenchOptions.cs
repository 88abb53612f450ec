using System.Globalization;

namespace EndToEnd;

/// <summary>The command line.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        end-to-end: how fast the service drains a queue, and what that costs. Started by eng/bench.sh, which publishes what is measured.

          --quick              few rows, one run
          --runs N             runs of the rows that targets are about, the figures are medians (default 3); the other rows run once
          --only TEXT          only the row with this name, or else the rows whose name contains TEXT; repeat for more
          --list               prints the names of the rows
          --no-standing        leaves out start and idle
          --realtime           all processes run before any other of the machine (chrt -r); needs root
          --worker-core N      core of what is measured (default 0)
          --server-core N      core of the emulator, Redis and this program (default 1)
          --worker FILE        the published service
          --baseline FILE      the same of an older commit; without it there are no rows of it
          --local-sqs FILE     the emulator
          --peer FILE          worker.js of the peer; without it there are no rows of the peer
          --output DIRECTORY   where results.json and the charts go
          --page FILE          page whose generated parts are written
          --command TEXT       what was typed, for the record
        """;

    public bool IsQuick { get; private set; }

    public int Runs { get; private set; } = 3;

    public List<string> Only { get; } = [];

    public bool IsList { get; private set; }

    public bool HasStanding { get; private set; } = true;

    public bool IsRealtime { get; private set; }

    public int WorkerCore { get; private set; }

    public int ServerCore { get; private set; } = 1;

    public string Worker { get; private set; } = "";

    public string? Baseline { get; private set; }

    public string LocalSqs { get; private set; } = "";

    public string? Peer { get; private set; }

    public string Output { get; private set; } = "";

    public string? Page { get; private set; }

    public string Command { get; private set; } = "end-to-end";

    /// <exception cref="FormatException">An option is unknown or its value is missing or wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var argument))
        {
            options.Apply(argument, () => rest.TryDequeue(out var value) ? value : throw new FormatException($"{argument} needs a value."));
        }

        return options;
    }

    private void Apply(string argument, Func<string> value)
    {
        switch (argument)
        {
            case "--quick":
                IsQuick = true;
                Runs = 1;
                break;
            case "--runs":
                Runs = Number(value());
                break;
            case "--only":
                Only.Add(value());
                break;
            case "--list":
                IsList = true;
                break;
            case "--no-standing":
                HasStanding = false;
                break;
            case "--realtime":
                IsRealtime = true;
                break;
            case "--worker-core":
                WorkerCore = Number(value());
                break;
            case "--server-core":
                ServerCore = Number(value());
                break;
            case "--worker":
                Worker = value();
                break;
            case "--baseline":
                Baseline = value();
                break;
            case "--local-sqs":
                LocalSqs = value();
                break;
            case "--peer":
                Peer = value();
                break;
            case "--output":
                Output = value();
                break;
            case "--page":
                Page = value();
                break;
            case "--command":
                Command = value();
                break;
            default:
                throw new FormatException($"{argument} is not an option.");
        }
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"\"{text}\" is not a number.");
}
