using System.Globalization;
using LocalSqs.Authentication;

namespace LocalSqs.CommandLine;

/// <summary>Turns the program's arguments into options; gathers every problem instead of the first.</summary>
internal sealed class CommandLineParser
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage =
        """
        local-sqs: an SQS emulator in memory, for development and benchmarks.

        Usage: local-sqs [options]        (or: dotnet run --project src/LocalSqs -- [options])

          --port N                 TCP port, 0 for a free one (default 4566)
          --host ADDRESS           address to listen on, * for all (default 127.0.0.1)
          --region NAME            AWS region of ARNs and signatures (default us-east-1)
          --queue NAME             create a queue; repeat for more; NAME.fifo makes a FIFO queue (default q)
          --visibility-timeout S   seconds, 0..43200, for these queues (default 30)
          --dlq NAME               their dead-letter queue (default none)
          --max-receive-count N    receives before a message goes there, 1..1000 (default 3)
          --shuffle                standard queues deliver in random order
          --duplicate P            share of messages delivered twice, 0..1 (default 0)
          --latency T              added to every call: 15ms, 0.5s (default 0)
          --error-rate P           share of calls that fail by throttling, a 500 or a 503, 0..1 (default 0)
          --seed N                 seed of everything random (default 1)
          --access-key ID          with --secret-key: only requests signed with this pair are taken
          --secret-key KEY
          --session-token TOKEN    token such requests must carry (default: any or none)
          --help                   this text

        When it listens it prints one line of JSON: endpoint, queueUrl (of the first queue), queues, ctl and pid.
        ctl is the base URL of endpoints outside the SQS protocol, each with ?queue=NAME:
          POST fill?count=1000&customers=500&seed=1&prime=1    generated messages, 70 % usage and 30 % entitlements updates
          POST push?group=NAME                                 a JSON array of message bodies; group for a FIFO queue
          GET  stats | POST reset-stats                        counters, first receive, last delete
          GET  messages?maximum=100 | GET bodies | POST purge  what is in the queue
          POST faults?kind=Throttle&operation=ReceiveMessage&probability=0.5&times=10 | DELETE faults
          POST clock?offset=SECONDS                            put the server's calendar wrong
          GET  health
        SIGTERM and SIGINT end it.
        """;

    private readonly Queue<string> _arguments;
    private readonly List<string> _problems = [];
    private readonly List<string> _queues = [];
    private LocalSqsOptions _options = new() { Port = 4566 };
    private LocalQueueOptions _queueOptions = new(string.Empty);
    private string? _accessKey;
    private string? _secretKey;
    private string? _sessionToken;

    private CommandLineParser(IEnumerable<string> arguments) => _arguments = new Queue<string>(arguments);

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">As given to the program, without <c>--help</c>.</param>
    /// <param name="problems">What is wrong with them; empty when the result can be used.</param>
    public static LocalSqsOptions Parse(IEnumerable<string> arguments, out IReadOnlyList<string> problems)
    {
        var parser = new CommandLineParser(arguments);
        var options = parser.Parse();
        problems = parser._problems;
        return options;
    }

    private LocalSqsOptions Parse()
    {
        while (_arguments.TryDequeue(out var argument))
        {
            Read(argument);
        }

        if (_accessKey is null != _secretKey is null)
        {
            _problems.Add("--access-key and --secret-key belong together.");
        }

        if (_sessionToken is not null && _accessKey is null)
        {
            _problems.Add("--session-token needs --access-key and --secret-key.");
        }

        return _options with
        {
            Queues = [.. _queues.DefaultIfEmpty("q").Select(name => _queueOptions with { Name = name })],
            Credentials = _accessKey is not null && _secretKey is not null ? new SigningCredentials(_accessKey, _secretKey, _sessionToken) : null,
        };
    }

    private void Read(string argument)
    {
        switch (argument)
        {
            case "--port":
                _options = _options with { Port = Integer(argument, 0, 65_535) };
                break;
            case "--host":
                _options = _options with { Host = Value(argument) };
                break;
            case "--region":
                _options = _options with { Region = Value(argument) };
                break;
            case "--queue":
                _queues.Add(Value(argument));
                break;
            case "--visibility-timeout":
                _queueOptions = _queueOptions with { VisibilityTimeoutSeconds = Integer(argument, 0, 43_200) };
                break;
            case "--dlq":
                _queueOptions = _queueOptions with { DeadLetterQueue = Value(argument) };
                break;
            case "--max-receive-count":
                _queueOptions = _queueOptions with { MaxReceiveCount = Integer(argument, 1, 1000) };
                break;
            case "--shuffle":
                _options = _options with { Shuffle = true };
                break;
            case "--duplicate":
                _options = _options with { DuplicateShare = Share(argument) };
                break;
            case "--latency":
                _options = _options with { Latency = Duration(argument) };
                break;
            case "--error-rate":
                _options = _options with { ErrorRate = Share(argument) };
                break;
            case "--seed":
                _options = _options with { Seed = Integer(argument, 0, int.MaxValue) };
                break;
            case "--access-key":
                _accessKey = Value(argument);
                break;
            case "--secret-key":
                _secretKey = Value(argument);
                break;
            case "--session-token":
                _sessionToken = Value(argument);
                break;
            default:
                _problems.Add($"{argument} is not an option.");
                break;
        }
    }

    private string Value(string option)
    {
        if (_arguments.TryPeek(out var value) && !value.StartsWith("--", StringComparison.Ordinal))
        {
            return _arguments.Dequeue();
        }

        _problems.Add($"{option} needs a value.");
        return string.Empty;
    }

    private int Integer(string option, int minimum, int maximum)
    {
        var value = Value(option);
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        _problems.Add($"{option} is \"{value}\"; allowed are integers {minimum}..{maximum}.");
        return minimum;
    }

    private double Share(string option)
    {
        var value = Value(option);
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1)
        {
            return number;
        }

        _problems.Add($"{option} is \"{value}\"; allowed are numbers 0..1.");
        return 0;
    }

    private TimeSpan Duration(string option)
    {
        var value = Value(option);
        var (digits, unit) = value.EndsWith("ms", StringComparison.Ordinal) ? (value[..^2], 1.0)
            : value.EndsWith('s') ? (value[..^1], 1000.0)
            : (string.Empty, 0);
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit <= 60_000)
        {
            return TimeSpan.FromMilliseconds(number * unit);
        }

        _problems.Add($"{option} is \"{value}\"; allowed are 0..60 s as 15ms or 0.5s.");
        return TimeSpan.Zero;
    }
}
