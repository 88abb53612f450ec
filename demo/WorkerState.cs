using System.Globalization;
using System.Text.Json.Nodes;

namespace Demo;

/// <summary>What the worker says about itself: /readyz and the metrics that matter.</summary>
internal static class WorkerState
{
    private static readonly string[] Shown =
    [
        "persistent_cache_messages_processed_total", "persistent_cache_write_errors_total", "persistent_cache_messages_total",
        "persistent_cache_write_duration_seconds_count", "persistent_cache_write_duration_seconds_sum",
        "persistent_cache_message_handling_duration_seconds_count", "persistent_cache_message_handling_duration_seconds_sum",
        "persistent_cache_delete_entries_total", "persistent_cache_edge_calls_total", "persistent_cache_edge_call_duration_seconds_sum", "persistent_cache_memory_usage_bytes", "persistent_cache_hit_ratio", "persistent_cache_redis_connected",
    ];

    public static async Task PrintAsync(DemoStack stack, Checklist checks, Story story)
    {
        var (status, ready) = await stack.GetAsync("/readyz");
        Page.Title("/readyz");
        Page.Line($"{status} {ready}");
        var report = status == 0 ? null : JsonNode.Parse(ready);
        checks.Add("/readyz: 200, UP, 10 consumers, Redis CONNECTED", status == 200 && report is not null
            && report["status"]?.GetValue<string>() == "UP" && report["consumers"]?.GetValue<int>() == 10 && report["redis"]?.GetValue<string>() == "CONNECTED");

        var (_, page) = await stack.GetAsync("/metrics");
        var samples = page.Split('\n').Where(static line => Shown.Contains(NameOf(line))).Where(static line => !line.EndsWith(" 0", StringComparison.Ordinal)).ToArray();
        Page.Title("/metrics, those that matter");
        foreach (var sample in samples)
        {
            Page.Line(sample);
        }

        var processed = story.Sent.Count(static sent => !sent.Message.StaysInQueue);
        checks.Add($"metrics: {processed} messages processed", Value(page, "persistent_cache_messages_processed_total") == processed);
        checks.Add("metrics: no write failed", Value(page, "persistent_cache_write_errors_total") == 0);
    }

    private static string NameOf(string sample) => sample.Split(' ', '{')[0];

    private static double? Value(string page, string name) =>
        page.Split('\n').FirstOrDefault(line => NameOf(line) == name) is { } line ? double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture) : null;
}
