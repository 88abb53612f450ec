using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LocalSqs;

/// <summary>Turns the program's arguments into options; gathers every problem instead of the first.</summary>
internal sealed class Arguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage =
        """
        local-sqs: an SQS emulator in memory, for development and benchmarks.

        Usage: local-sqs [options]        (or: dotnet run --project src/LocalSqs -- [options])

          --port N                 TCP port, 0 for a free one (default 4566)
          --host ADDRESS           address to listen on, * for all (default 127.0.0.1)
          --queue NAMES            queues to create, with commas between; NAME.fifo makes a FIFO queue (default q)
          --visibility-timeout S   seconds, 0..43200, for these queues (default 30)
          --dlq NAME               their dead-letter queue (default none)
          --max-receive-count N    receives before a message goes there, 1..1000 (default 3)
          --shuffle true           standard queues deliver in random order
          --duplicate P            share of messages delivered twice, 0..1 (default 0)
          --latency MS             milliseconds added to every call, 0..60000 (default 0)
          --seed N                 seed of everything random (default 1)
          --help                   this text

        When it listens it prints one line of JSON: endpoint, queueUrl (of the first queue), queues, ctl and pid.
        ctl is the base URL of endpoints outside the SQS protocol, each with ?queue=NAME:
          POST fill?count=1000&customers=500&seed=1&prime=1    generated messages, 70 % usage and 30 % entitlements updates
          POST push?group=NAME                                 a JSON array of message bodies; group for a FIFO queue
          GET  stats | POST reset-stats                        counters, first receive, last delete
          GET  messages?maximum=100 | POST purge               what is in the queue
          POST latency?ms=15                                   added to every call from now on
          GET  health
        SIGTERM and SIGINT end it.
        """;

    private readonly Dictionary<string, string> _given;
    private readonly List<string> _problems = [];

    private Arguments(string[] arguments) => _given = new ConfigurationBuilder().AddCommandLine(arguments).Build().AsEnumerable()
        .ToDictionary(static pair => pair.Key.ToLowerInvariant(), static pair => pair.Value ?? string.Empty, StringComparer.Ordinal);

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">As given to the program, without <c>--help</c>.</param>
    /// <param name="problems">What is wrong with them; empty when the result can be used.</param>
    public static LocalSqsOptions Parse(string[] arguments, out IReadOnlyList<string> problems)
    {
        var parser = new Arguments(arguments);
        var options = parser.Parse();
        parser._problems.AddRange(parser._given.Keys.Select(static name => $"--{name} is not an option."));
        problems = parser._problems;
        return options;
    }

    private LocalSqsOptions Parse()
    {
        var queue = new LocalQueueOptions(string.Empty)
        {
            VisibilityTimeoutSeconds = _given.ContainsKey("visibility-timeout") ? Integer("visibility-timeout", 0, 0, 43_200) : null,
            DeadLetterQueue = Text("dlq"),
            MaxReceiveCount = Integer("max-receive-count", 3, 1, 1000),
        };
        return new LocalSqsOptions
        {
            Port = Integer("port", 4566, 0, 65_535),
            Host = Text("host") ?? "127.0.0.1",
            Queues = [.. (Text("queue") ?? "q").Split(',').Select(name => queue with { Name = name })],
            Shuffle = Text("shuffle") is { } shuffle && (bool.TryParse(shuffle, out var value) ? value : Problem("shuffle", shuffle, "true and false", false)),
            DuplicateShare = Number("duplicate", 1),
            Latency = TimeSpan.FromMilliseconds(Number("latency", 60_000)),
            Seed = Integer("seed", 1, 0, int.MaxValue),
        };
    }

    private string? Text(string name) => _given.Remove(name, out var value) ? value : null;

    private int Integer(string name, int otherwise, int minimum, int maximum) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum ? value
        : Problem(name, text, $"integers {minimum}..{maximum}", otherwise);

    private double Number(string name, double maximum) =>
        Text(name) is not { } text ? 0
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= maximum ? value
        : Problem(name, text, $"numbers 0..{maximum}", 0);

    private T Problem<T>(string name, string given, string allowed, T otherwise)
    {
        _problems.Add($"--{name} is \"{given}\"; allowed are {allowed}.");
        return otherwise;
    }
}
