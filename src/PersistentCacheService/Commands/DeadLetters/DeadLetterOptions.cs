using System.Globalization;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>How <c>replay</c> moves messages.</summary>
internal enum ReplayWay
{
    /// <summary>A move task where nothing speaks against it, else by sending.</summary>
    Auto,

    /// <summary>SQS moves them by itself (StartMessageMoveTask).</summary>
    Move,

    /// <summary>Each is sent, then deleted.</summary>
    Send,
}

/// <summary>What a <c>dlq</c> command line asks for.</summary>
/// <param name="Verb">What to do.</param>
internal sealed record DeadLetterOptions(DeadLetterVerb Verb)
{
    /// <summary>Messages looked at, unless another number is asked for: some MB of memory and a minute of calls.</summary>
    public const int DefaultLimit = 10_000;

    private const int MostInFlight = 120_000; // SQS hands out no more.
    private const int FastestRate = 500; // of a move task
    private const int ShortestId = 6; // letters of an id that tell messages apart

    /// <summary>Which messages are meant.</summary>
    public DeadLetterFilter Filter { get; private init; } = new();

    /// <summary>URL of the dead-letter queue; null: the one of the main queue's redrive policy.</summary>
    public Uri? QueueUrl { get; private init; }

    /// <summary>Name of the main queue, of several; null: the only one.</summary>
    public string? MainQueue { get; private init; }

    /// <summary>Messages looked at, at most.</summary>
    public int Limit { get; private init; } = DefaultLimit;

    /// <summary>Messages a second, 1..500; null: as fast as it goes.</summary>
    public int? Rate { get; private init; }

    /// <summary>How to move.</summary>
    public ReplayWay Way { get; private init; }

    /// <summary>Print JSON.</summary>
    public bool Json { get; private init; }

    /// <summary>Print the body.</summary>
    public bool ShowBody { get; private init; }

    /// <summary>Do not ask.</summary>
    public bool Yes { get; private init; }

    /// <summary>Everything is meant, and that is said.</summary>
    public bool All { get; private init; }

    /// <summary>Reads what follows <c>dlq</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="problem">What is wrong with them, when the result is null.</param>
    public static DeadLetterOptions? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        problem = "";
        DeadLetterVerb? verb = arguments.Count == 0 ? null : arguments[0] switch
        {
            "list" => DeadLetterVerb.List,
            "explain" => DeadLetterVerb.Explain,
            "replay" => DeadLetterVerb.Replay,
            "drop" => DeadLetterVerb.Drop,
            "--help" or "-h" or "help" => DeadLetterVerb.Help,
            _ => null,
        };
        if (verb is not { } known)
        {
            problem = arguments.Count == 0 ? "dlq: list, explain, replay or drop?" : $"There is no command 'dlq {arguments[0]}'.";
            return null;
        }

        var options = new DeadLetterOptions(known);
        for (var i = 1; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name is "--help" or "-h")
            {
                return new DeadLetterOptions(DeadLetterVerb.Help);
            }

            if (TakesValue(name) && value is null)
            {
                value = ++i < arguments.Count ? arguments[i] : null;
            }

            if (options.With(name, value) is not { } further)
            {
                // Not the value: a URL can hold a password.
                problem = TakesValue(name) && Allows(known, name) ? $"{name} takes {Allowed(name)}." : $"There is no option '{name}' here.";
                return null;
            }

            options = further;
        }

        problem = options.FindProblem();
        return problem.Length > 0 ? null : options;
    }

    private static (string Name, string? Value) Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (argument[..at], argument[(at + 1)..]) : (argument, null);

    private static bool TakesValue(string name) => name is "--queue" or "--queue-url" or "--limit" or "--only" or "--reason" or "--older-than" or "--rate" or "--by";

    private static bool Allows(DeadLetterVerb verb, string name) => name switch
    {
        "--json" or "--queue" or "--queue-url" => true,
        "--limit" => verb is DeadLetterVerb.List or DeadLetterVerb.Explain,
        "--show-body" => verb == DeadLetterVerb.Explain,
        "--rate" or "--by" => verb == DeadLetterVerb.Replay,
        "--yes" or "--all" => verb == DeadLetterVerb.Drop,
        "--only" or "--reason" or "--older-than" => verb is DeadLetterVerb.Replay or DeadLetterVerb.Drop,
        _ => !name.StartsWith('-') && verb != DeadLetterVerb.List,
    };

    private static string Allowed(string name) => name switch
    {
        "--queue-url" => "the URL of a queue",
        "--queue" => "the name of a queue of QUEUE_URL",
        "--limit" => $"1 to {MostInFlight}",
        "--rate" => $"1 to {FastestRate} messages a second",
        "--only" => "applies-now or malformed",
        "--older-than" => "a time such as 90s, 15m, 6h or 3d",
        "--by" => "auto, move or send",
        _ => "a text",
    };

    /// <returns>Null: there is no such option here, or not with such a value.</returns>
    private DeadLetterOptions? With(string name, string? value) => !Allows(Verb, name) ? null : name switch
    {
        "--json" => this with { Json = true },
        "--show-body" => this with { ShowBody = true },
        "--yes" => this with { Yes = true },
        "--all" => this with { All = true },
        "--queue-url" => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath.Length > 1 ? this with { QueueUrl = url } : null,
        "--queue" => string.IsNullOrEmpty(value) ? null : this with { MainQueue = value },
        "--limit" => Number(value, MostInFlight) is { } limit ? this with { Limit = limit } : null,
        "--rate" => Number(value, FastestRate) is { } rate ? this with { Rate = rate } : null,
        "--by" => value switch
        {
            "auto" => this with { Way = ReplayWay.Auto },
            "move" => this with { Way = ReplayWay.Move },
            "send" => this with { Way = ReplayWay.Send },
            _ => null,
        },
        "--only" => value is "applies-now" or "malformed" ? this with { Filter = Filter with { AppliesNow = value == "applies-now" } } : null,
        "--reason" => string.IsNullOrEmpty(value) ? null : this with { Filter = Filter with { Reason = value } },
        "--older-than" => Duration(value) is { } age ? this with { Filter = Filter with { OlderThan = age } } : null,
        _ => this with { Filter = Filter with { Ids = [.. Filter.Ids, name] } },
    };

    private string FindProblem()
    {
        if (Filter.Ids.FirstOrDefault(static id => id.Length < ShortestId) is { } id)
        {
            return $"'{id}' is no message id: give at least its first {ShortestId} letters.";
        }

        return Verb switch
        {
            DeadLetterVerb.Explain when Filter.Ids.Count != 1 => Filter.Ids.Count == 0 ? "Which message? Name its id; list shows some." : "One message at a time.",
            DeadLetterVerb.Drop when Filter.IsEmpty && !All => "Drop what? Name ids, a filter (--only, --reason, --older-than), or --all.",
            DeadLetterVerb.Drop when !Filter.IsEmpty && All => "--all and a filter exclude each other.",
            DeadLetterVerb.Replay when !Filter.IsEmpty && Way == ReplayWay.Move => "A move task takes all messages: --by move goes with no id and no filter.",
            _ => "",
        };
    }

    private static int? Number(string? text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;

    private static TimeSpan? Duration(string? text) =>
        text is [.. var digits, var unit] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100_000
            ? unit switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                _ => null,
            }
            : null;
}
