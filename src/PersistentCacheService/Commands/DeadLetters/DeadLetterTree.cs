using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq</c> and its commands, with their words.</summary>
internal static class DeadLetterTree
{
    /// <summary>The word before the others.</summary>
    public const string Name = "dlq";

    private const int MostInFlight = 120_000; // SQS hands out no more.
    private const int FastestRate = 500; // of a move task
    private const int ShortestId = 6; // letters of an id that tell messages apart

    /// <summary>All of it.</summary>
    /// <param name="context">What the commands stand on.</param>
    public static Command Create(CommandContext context) => new(
        Name, "Shows what lies in the dead-letter queue, why, and brings it back. The queue is the one that the redrive policy of QUEUE_URL names, or that of --queue-url.")
    {
        List(context), Explain(context), Replay(context), Drop(context),
        new Command("help") { Hidden = true, Action = new HelpPage() },
    };

    private static Command List(CommandContext context)
    {
        var (queue, limit) = (new QueueWords(), Limit());
        var command = queue.AddTo(new Command("list", "Groups the messages by reason: why they cannot be read, or \"applies now\".") { limit });
        command.SetAction((line, stop) => DeadLetterCommand.RunAsync(
            queue.Read(line) with { Limit = line.GetValue(limit) ?? DeadLetterOptions.DefaultLimit }, context, ListCommand.RunAsync, stop));
        return command;
    }

    private static Command Explain(CommandContext context)
    {
        var (queue, limit, id, body) = (new QueueWords(), Limit(), Id<string>(ArgumentArity.ExactlyOne), Words.Flag("--show-body", "Print the body too."));
        var command = queue.AddTo(new Command("explain", "Shows where the reading of one message stopped: member and byte; no values.") { id, limit, body });
        Words.Demand(command, line => line.Has(id) ? null : "Which message? Name its id; list shows some.");
        command.SetAction((line, stop) => DeadLetterCommand.RunAsync(
            queue.Read(line) with
            {
                Limit = line.GetValue(limit) ?? DeadLetterOptions.DefaultLimit,
                ShowBody = line.GetValue(body),
                Filter = new DeadLetterFilter { Ids = [line.GetRequiredValue(id)] },
            },
            context,
            ExplainCommand.RunAsync,
            stop));
        return command;
    }

    private static Command Replay(CommandContext context)
    {
        var (queue, filter) = (new QueueWords(), new FilterWords(Id<string[]>(ArgumentArity.ZeroOrMore)));
        var rate = Words.Number("--rate", FastestRate, "Messages a second, at most.");
        var way = Words.Value<ReplayWay?>(
            "--by", "WAY", "move: SQS moves all (StartMessageMoveTask); send: each is sent, then deleted; auto (default): move, unless a filter is given, not all could be looked at, a message has no time of its own, or a move is not allowed.",
            "auto, move or send",
            static text => text switch { "auto" => ReplayWay.Auto, "move" => ReplayWay.Move, "send" => ReplayWay.Send, _ => null });
        var command = filter.AddTo(queue.AddTo(new Command("replay", "Moves messages back to the queue that gave them up.") { rate, way }));
        Words.Demand(command, line => filter.IsUsed(line) && line.GetResult(way) is { Tokens: [{ Value: "move" }] } ? "A move task takes all messages: --by move goes with no id and no filter." : null);
        command.SetAction((line, stop) => DeadLetterCommand.RunAsync(
            queue.Read(line) with { Filter = filter.Read(line), Rate = line.GetValue(rate), Way = line.GetValue(way) ?? ReplayWay.Auto }, context, ReplayCommand.RunAsync, stop));
        return command;
    }

    private static Command Drop(CommandContext context)
    {
        var (queue, filter) = (new QueueWords(), new FilterWords(Id<string[]>(ArgumentArity.ZeroOrMore)));
        var (all, yes) = (Words.Flag("--all", "Every message."), Words.Flag("--yes", "Do not ask."));
        var command = filter.AddTo(queue.AddTo(new Command("drop", "Deletes messages, after a question.") { all, yes }));
        Words.Demand(command, line => (filter.IsUsed(line), line.Has(all)) switch
        {
            (false, false) => "Drop what? Name ids, a filter (--only, --reason, --older-than), or --all.",
            (true, true) => "--all and a filter exclude each other.",
            _ => null,
        });
        command.SetAction((line, stop) => DeadLetterCommand.RunAsync(queue.Read(line) with { Filter = filter.Read(line), Yes = line.GetValue(yes) }, context, DropCommand.RunAsync, stop));
        return command;
    }

    private static Option<int?> Limit() => Words.Number("--limit", MostInFlight, string.Create(CultureInfo.InvariantCulture, $"Look at so many messages, at most ({DeadLetterOptions.DefaultLimit})."));

    private static Argument<T> Id<T>(ArgumentArity arity)
    {
        var ids = Words.Plain<T>("ID", arity, $"A message's id, or at least its first {ShortestId} letters.");
        ids.Validators.Add(static result =>
        {
            if (result.Tokens.FirstOrDefault(static token => token.Value.Length < ShortestId) is { } id)
            {
                result.AddError($"'{id.Value}' is no message id: give at least its first {ShortestId} letters.");
            }
        });
        return ids;
    }

    /// <summary>The words that all have.</summary>
    private sealed class QueueWords
    {
        private readonly Option<Uri?> _url = Words.Value(
            "--queue-url", "URL", "This dead-letter queue; QUEUE_URL is then not needed: each message tells where it came from.", "the URL of a queue",
            static text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath.Length > 1 ? url : null);

        private readonly Option<string?> _queue = Words.Text("--queue", "NAME", "The one of this queue, when QUEUE_URL lists several.", "the name of a queue of QUEUE_URL");
        private readonly Option<bool> _json = Words.Json();

        public Command AddTo(Command command)
        {
            command.Add(_url);
            command.Add(_queue);
            command.Add(_json);
            return command;
        }

        public DeadLetterOptions Read(ParseResult line) => new() { QueueUrl = line.GetValue(_url), MainQueue = line.GetValue(_queue), Json = line.GetValue(_json) };
    }

    /// <summary>The words that choose messages.</summary>
    private sealed class FilterWords(Argument<string[]> ids)
    {
        private const string AppliesNow = "applies-now";

        private readonly Option<string?> _only = Words.Value<string?>(
            "--only", "KIND", "applies-now: what can be read now; malformed: what cannot.", "applies-now or malformed",
            static text => text is AppliesNow or "malformed" ? text : null);

        private readonly Option<string?> _reason = Words.Text("--reason", "TEXT", "Those whose reason, as list shows it, has this in it.", "a text");
        private readonly Option<TimeSpan?> _age = Words.Value("--older-than", "AGE", "Those sent so long ago: 90s, 15m, 6h, 3d.", "a time such as 90s, 15m, 6h or 3d", Duration);

        public Command AddTo(Command command)
        {
            command.Add(ids);
            command.Add(_only);
            command.Add(_reason);
            command.Add(_age);
            return command;
        }

        public bool IsUsed(CommandResult line) => line.Has(ids) || line.Has(_only) || line.Has(_reason) || line.Has(_age);

        public DeadLetterFilter Read(ParseResult line) => new()
        {
            Ids = line.GetValue(ids) ?? [],
            AppliesNow = line.GetValue(_only) is { } only ? only == AppliesNow : null,
            Reason = line.GetValue(_reason),
            OlderThan = line.GetValue(_age),
        };

        private static TimeSpan? Duration(string text) =>
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
}
