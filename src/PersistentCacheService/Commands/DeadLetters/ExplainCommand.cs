using EntitlementCache.Hosting;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary><c>dlq explain</c>: what is wrong with one message, and where.</summary>
internal static class ExplainCommand
{
    /// <summary>Looks for the message, gives everything back, and prints what the decoder says.</summary>
    /// <returns>0; 3: it was not seen.</returns>
    public static async Task<int> RunAsync(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var id = options.Filter.Ids[0];
        DeadLetter? found = null;
        var progress = new DeadLetterProgress(context, options.Json);
        var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, options.Limit);
        await using (pass)
        {
            await foreach (var letters in pass.ReadAsync(cancellationToken))
            {
                found = letters.FirstOrDefault(letter => options.Filter.Fits(letter, context.Time.GetUtcNow()));
                if (found is not null)
                {
                    break;
                }

                await progress.ShowAsync("looked at", pass.Seen, state.Total);
            }
        }

        await progress.LeaveAsync();
        if (found is null)
        {
            await context.Errors.WriteLineAsync($"{queue.Name} showed no message {id}; {DeadLetterText.Messages(pass.Seen)} seen. Another consumer may hold it: try again, or see list.");
            return ExitCodes.CacheMiss;
        }

        var trail = new DecodeTrail();
        var diagnosis = Diagnosis.Of(found.Body, found.Origin, trail);
        var place = diagnosis.AppliesNow ? null : StoppingPlace.Find(found.Body, trail, diagnosis.Path);
        await context.Output.WriteLineAsync(options.Json ? Json(found, diagnosis, place, options.ShowBody) : Text(found, diagnosis, place, options.ShowBody, context));
        return ExitCodes.Stopped;
    }

    private static string Text(DeadLetter letter, Diagnosis diagnosis, StoppingPlace? place, bool showBody, CommandContext context)
    {
        var lines = new List<string>
        {
            $"message   {letter.Id}",
            $"sent      {DeadLetterText.Moment(letter.SentAt) ?? "not told"}, {DeadLetterText.Age(letter.SentAt, context.Time.GetUtcNow())} ago; received {DeadLetterText.Of($"{letter.ReceiveCount:#,0}")} {(letter.ReceiveCount == 1 ? "time" : "times")} in all",
            $"from      {letter.SourceName ?? "not told"}{(letter.GroupId is { } group ? $", group {Printable(group)}" : "")}",
            DeadLetterText.Of($"type      {(diagnosis.Type == MessageType.None ? "not told" : diagnosis.Type)}; {letter.Body.Length:#,0} bytes"),
        };
        if (place is null)
        {
            lines.Add("reading   it applies now");
            lines.Add($"effect    {diagnosis.Effect}");
            lines.Add($"time      {(diagnosis.TakesQueueTime ? "it has none of its own: when it was sent counts" : "its own, or none needed")}");
        }
        else
        {
            lines.Add($"reading   {diagnosis.Reason}");
            lines.Add($"stopped   {(place.Member.Length == 0 ? "" : place.Member + ", ")}byte {Offset(place)}");
            lines.Add($"found     {place.Found}");
        }

        if (showBody)
        {
            lines.Add("body");
            lines.Add(context.IsTerminal ? DeadLetterText.WithoutControls(letter.Message.Body ?? "") : letter.Message.Body ?? "");
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Offset(StoppingPlace place) =>
        place.InText is { } inText ? DeadLetterText.Of($"{inText} of that text, {place.InBody} of the body") : DeadLetterText.Of($"{place.InBody} of the body");

    private static string Printable(string text) => MessageTypes.Printable(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Json(DeadLetter letter, Diagnosis diagnosis, StoppingPlace? place, bool showBody) => DeadLetterText.Json(json =>
    {
        json.WriteString("id", letter.Id);
        json.WriteString("sentAt", DeadLetterText.Moment(letter.SentAt));
        json.WriteNumber("receiveCount", letter.ReceiveCount);
        json.WriteString("sourceQueue", letter.SourceName);
        json.WriteString("groupId", letter.GroupId);
        json.WriteString("type", diagnosis.Type.ToString());
        json.WriteNumber("bytes", letter.Body.Length);
        json.WriteBoolean("appliesNow", diagnosis.AppliesNow);
        json.WriteString("effect", diagnosis.Effect);
        json.WriteBoolean("takesQueueTime", diagnosis.TakesQueueTime);
        if (place is not null)
        {
            json.WriteString("reason", diagnosis.Reason);
            json.WriteStartObject("stopped");
            json.WriteString("member", place.Member);
            json.WriteNumber("byteOfBody", place.InBody);
            if (place.InText is { } inText)
            {
                json.WriteNumber("byteOfText", inText);
            }

            json.WriteString("found", place.Found);
            json.WriteEndObject();
        }

        if (showBody)
        {
            json.WriteString("body", letter.Message.Body);
        }
    });
}
