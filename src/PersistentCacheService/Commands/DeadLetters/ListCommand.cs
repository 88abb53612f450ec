using EntitlementCache.Hosting;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq list</c>: the dead letters by reason.</summary>
internal static class ListCommand
{
    /// <summary>Reads the queue, gives everything back, and prints the groups.</summary>
    public static async Task<int> RunAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, DeadLetterGroup>(StringComparer.Ordinal);
        var progress = new DeadLetterProgress(context, options.Json);
        var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, options.Limit);
        await using (pass)
        {
            await foreach (var letters in pass.ReadAsync(cancellationToken))
            {
                foreach (var letter in letters)
                {
                    var reason = letter.Diagnosis.Group;
                    (groups.TryGetValue(reason, out var group) ? group : groups[reason] = new DeadLetterGroup(reason)).Add(letter);
                }

                await progress.ShowAsync("read", pass.Seen, state.Total);
            }
        }

        await progress.LeaveAsync();
        var sorted = DeadLetterGroup.Sorted(groups.Values);
        await context.Output.WriteLineAsync(options.Json ? Json(queue, state, pass, sorted, context) : Table(queue, state, pass, sorted, context));
        return ExitCodes.Stopped;
    }

    private static string Table(DeadLetterQueue queue, DeadLetterState state, DeadLetterPass pass, IReadOnlyList<DeadLetterGroup> groups, CommandContext context)
    {
        var of = queue.MainName is { } main ? $", the dead-letter queue of {main}," : "";
        var lines = new List<string> { DeadLetterText.Of($"{queue.Name}{of} holds about {DeadLetterText.Messages(state.Total)}; {pass.Seen:#,0} seen.") };
        if (Unseen(queue, state, pass) is { } unseen)
        {
            lines.Add(unseen);
        }

        if (groups.Count > 0)
        {
            var table = new TextTable().Column("count", isNumber: true).Column("oldest", isNumber: true).Column("reason").Column("examples");
            foreach (var group in groups)
            {
                table.Row(DeadLetterText.Of($"{group.Count:#,0}"), DeadLetterText.Age(group.Oldest, context.Time.GetUtcNow()), group.Reason, string.Join(' ', group.Examples.Select(Short)));
            }

            lines.Add("");
            lines.Add(table.Print(context));
        }

        return string.Join(Environment.NewLine, lines);
    }

    // Eight letters of a random id tell some thousands of messages apart, and fit on a line.
    private static string Short(string id) => id.Length > 8 ? id[..8] : id;

    /// <summary>Why not all were seen; null: all were.</summary>
    private static string? Unseen(DeadLetterQueue queue, DeadLetterState state, DeadLetterPass pass) =>
        pass.Seen >= state.Total ? null
        : !pass.ReachedEnd ? "More are there: --limit says how many are looked at."
        : queue.IsFifo ? "Of a FIFO queue ten messages of a group can be seen at once, and none behind one that another consumer holds."
        : "Others are held by another consumer, or have gone meanwhile.";

    private static string Json(DeadLetterQueue queue, DeadLetterState state, DeadLetterPass pass, IReadOnlyList<DeadLetterGroup> groups, CommandContext context) => DeadLetterText.Json(json =>
    {
        json.WriteString("deadLetterQueue", queue.Name);
        json.WriteString("queue", queue.MainName);
        json.WriteNumber("approximateMessages", state.Total);
        json.WriteNumber("seen", pass.Seen);
        json.WriteBoolean("complete", pass.ReachedEnd && pass.Seen >= state.Total);
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("reason", group.Reason);
            json.WriteBoolean("appliesNow", group.Reason == Diagnosis.Applies);
            json.WriteNumber("count", group.Count);
            json.WriteString("oldestSentAt", DeadLetterText.Moment(group.Oldest));
            json.WriteTexts("types", group.Types);
            json.WriteTexts("examples", group.Examples);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("readAt", DeadLetterText.Moment(context.Time.GetUtcNow()));
    });
}
