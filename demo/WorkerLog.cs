using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Demo;

/// <summary>The worker's log lines, made readable.</summary>
internal static class WorkerLog
{
    public static void Print(IReadOnlyList<string> lines)
    {
        Page.Title("The worker's log (one JSON object a line; time, level and message of each)");
        foreach (var line in lines)
        {
            Page.Line(TryParse(line) is { } entry ? Readable(entry) : line);
        }

        if (lines.Count > 0)
        {
            Page.Line($"as printed: {lines[^1]}");
        }
    }

    /// <summary>The object of a line; null when it is none.</summary>
    public static JsonObject? TryParse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Readable(JsonObject entry)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(entry["time"]?.GetValue<long>() ?? 0);
        var level = entry["level"]?.GetValue<int>() switch { 20 => "debug", 30 => "info", 40 => "warn", 50 => "error", 60 => "fatal", _ => "trace" };
        return $"{time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {level,-5} {entry["msg"]}";
    }
}
