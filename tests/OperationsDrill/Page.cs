using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestKit;

namespace OperationsDrill;

/// <summary>The page of the recordings, in Markdown.</summary>
internal static partial class Page
{
    private const string Introduction = """
        # Operations drill

        Five accidents, as an operator sees them: which alerts fire, every line the service logs from start to recovery, and what the runbook answers.
        `make drill` plays them and writes this page (a quarter of an hour): the worker with `BATCH_SIZE=10` and `CACHE_UPDATE_POLICY=UPSERT`, redis-server,
        LocalSqs (visibility timeout 30 s, five deliveries), an HTTP server in the place of the Edge API, and Prometheus with
        [rules.yaml](../deploy/prometheus/rules.yaml) as it is, scraping every 5 s. It fails when an alert does not fire, or outlives the accident. Of a log
        line the time (UTC), the level and the message are shown; ports are left out, lines are not.

        """;

    /// <summary>The whole page.</summary>
    public static string Write(IEnumerable<Recording> recordings) => string.Join('\n', recordings.Select(Section).Prepend(Introduction));

    private static string Section(Recording recording)
    {
        var accident = recording.Accident;
        var page = new StringBuilder($"## {accident.Title}\n\n{accident.Story}\n\n| time | what |\n|---|---|\n");
        foreach (var (time, what) in recording.Seen)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {time:HH:mm:ss} | {Port().Replace(what, "PORT")} |\n");
        }

        page.Append("\nThe log from the start to the recovery:\n\n```\n").AppendJoin('\n', Lines(recording)).Append("\n```\n\n");
        page.Append($"[The runbook](runbooks/{accident.Alert}.md) answers:\n\n").AppendJoin('\n', Advice(accident.Alert)).Append($"\n\n{recording.Scene.Balance()}\n");
        return page.ToString();
    }

    private static IEnumerable<string> Lines(Recording recording) => recording.Scene.Worker.Log
        .Where(entry => (long)entry["time"]! <= recording.LogUntil.ToUnixTimeMilliseconds())
        .Select(Readable);

    private static string Readable(JsonNode entry)
    {
        var level = (int)entry["level"]! switch { 30 => "info ", 40 => "warn ", 50 => "error", 60 => "fatal", var other => other.ToString(CultureInfo.InvariantCulture) };
        return $"{Time(entry)} {level} {Port().Replace((string)entry["msg"]!, "PORT")}";
    }

    private static string Time(JsonNode entry) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)entry["time"]!).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Advice(string alert) =>
        File.ReadLines(RepositoryRoot.File("docs", "runbooks", alert + ".md")).SkipWhile(static line => line != "## Do this").Skip(2)
            .Select(static line => $"> {Neighbour().Replace(line, "](runbooks/")}".TrimEnd());

    /// <summary>A link from one runbook to another, seen from this page.</summary>
    [GeneratedRegex(@"\]\((?=[A-Za-z]+\.md[)#])", RegexOptions.None, 1000)]
    private static partial Regex Neighbour();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:|, port )\d+", RegexOptions.None, 1000)]
    private static partial Regex Port();
}
