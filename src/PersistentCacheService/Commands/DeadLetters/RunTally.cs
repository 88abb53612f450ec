namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>How a replay or a drop went.</summary>
internal sealed class RunTally
{
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <summary>Messages that are done.</summary>
    public int Done { get; set; }

    /// <summary>Messages that were not meant.</summary>
    public int Kept { get; set; }

    /// <summary>Messages that were meant and are still there.</summary>
    public int Failed => _failures.Values.Sum();

    /// <summary>Some are still there.</summary>
    /// <param name="count">How many; 0: nothing happens.</param>
    /// <param name="why">Why, as the second half of a sentence about them.</param>
    public void Fail(int count, string why)
    {
        if (count > 0)
        {
            _failures[why] = _failures.GetValueOrDefault(why) + count;
        }
    }

    /// <summary>Lines for people.</summary>
    /// <param name="done">What was done, e.g. <c>moved</c>.</param>
    /// <param name="mayHideMore">The queue is FIFO and some messages stay: others may wait behind them.</param>
    public string Text(string done, bool mayHideMore)
    {
        var lines = new List<string> { DeadLetterText.Of($"{DeadLetterText.Messages(Done)} {done}, {Kept:#,0} not meant, {Failed:#,0} failed.") };
        lines.AddRange(_failures.Select(static failure => DeadLetterText.Of($"  {failure.Value:#,0}: {failure.Key}.")));
        if (mayHideMore && Kept > 0)
        {
            lines.Add("  In a FIFO queue others may wait behind those that stay: at most ten of a group can be seen at once.");
        }

        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>The same for programs.</summary>
    /// <param name="done">What was done, e.g. <c>moved</c>.</param>
    /// <param name="by">How; null: there is only one way.</param>
    public string Json(string done, string? by = null) => DeadLetterText.Json(json =>
    {
        if (by is not null)
        {
            json.WriteString("by", by);
        }

        json.WriteNumber(done, Done);
        json.WriteNumber("kept", Kept);
        json.WriteNumber("failed", Failed);
        json.WriteStartArray("failures");
        foreach (var (why, count) in _failures)
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteString("reason", why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
