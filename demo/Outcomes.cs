using System.Text.Json.Nodes;

namespace Demo;

/// <summary>What the worker's log says about each message.</summary>
internal sealed class Outcomes
{
    private readonly Dictionary<string, (string Outcome, string Text)> _byMessage = [];

    public Outcomes(IEnumerable<string> logLines)
    {
        foreach (var line in logLines)
        {
            if (WorkerLog.TryParse(line) is { } entry && entry["messageId"]?.GetValue<string>() is { } messageId)
            {
                Remember(messageId, entry);
            }
        }
    }

    /// <summary>The outcome of a message; null while nothing was logged about it.</summary>
    public string? Of(string messageId) => _byMessage.TryGetValue(messageId, out var said) ? said.Outcome : null;

    /// <summary>The log message about it.</summary>
    public string? TextOf(string messageId) => _byMessage.TryGetValue(messageId, out var said) ? said.Text : null;

    private void Remember(string messageId, JsonObject entry)
    {
        var text = entry["msg"]?.GetValue<string>() ?? "";
        if (entry["outcome"]?.GetValue<string>() is { } outcome)
        {
            // The line that explains why is worth more than the one that only names the outcome.
            _byMessage[messageId] = (outcome, _byMessage.TryGetValue(messageId, out var said) ? said.Text : text);
        }
        else
        {
            _byMessage[messageId] = (_byMessage.TryGetValue(messageId, out var said) ? said.Outcome : "", text);
        }
    }
}
