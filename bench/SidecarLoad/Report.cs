using System.Globalization;
using System.Text;

namespace SidecarLoad;

/// <summary>The tables of docs/performance.md.</summary>
internal static class Report
{
    /// <summary>What was measured, and which targets are met.</summary>
    /// <param name="redis">The Sidecar on Redis.</param>
    /// <param name="memory">The Sidecar on its own memory.</param>
    /// <param name="peer">The peer on Redis.</param>
    /// <param name="more">Further rows.</param>
    public static string Of(Figures redis, Figures memory, Figures peer, params IEnumerable<Figures> more)
    {
        var page = new StringBuilder();
        page.AppendLine("| target | wanted | measured |  |").AppendLine("|---|---:|---:|---:|");
        Target(page, "from Redis: checks/s", "at least 12,000", Text($"{redis.CallsPerSecond:#,0}"), redis.CallsPerSecond >= 12_000);
        Target(page, "from Redis: p99", "under 10 ms", Text($"{redis.Latency.P99:0.0} ms"), redis.Latency.P99 < 10);
        Target(page, "from Redis: peak RSS", "under 80 MB", Text($"{redis.PeakMegabytes:0} MB"), redis.PeakMegabytes < 80);
        Target(page, "from memory: checks/s", "at least 25,000", Text($"{memory.CallsPerSecond:#,0}"), memory.CallsPerSecond >= 25_000);
        Target(page, "from memory: p99", "under 5 ms", Text($"{memory.Latency.P99:0.0} ms"), memory.Latency.P99 < 5);
        Target(page, "idle RSS", "under 45 MB", Text($"{redis.IdleMegabytes:0} MB"), redis.IdleMegabytes < 45);
        var ratio = redis.CallsPerSecond / peer.CallsPerSecond;
        Target(page, "against the Node server, from the same Redis", "at least 5 x", Text($"{ratio:0.0} x"), ratio >= 5);
        page.AppendLine().AppendLine("| server | cache | checks/s | p50 | p95 | p99 | its core | processor time a check | RSS idle | RSS peak |").AppendLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var row in (Figures[])[redis, peer, memory, .. more])
        {
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Server} | {row.Cache} | {row.CallsPerSecond:#,0} | {row.Latency.P50:0.0} ms | {row.Latency.P95:0.0} ms | {row.Latency.P99:0.0} ms | {row.BusyShare:0 %} | {1e6 * row.BusyShare / row.CallsPerSecond:0} µs | {row.IdleMegabytes:0} MB | {row.PeakMegabytes:0} MB |");
        }

        return page.ToString();
    }

    private static void Target(StringBuilder page, string target, string wanted, string measured, bool isMet) =>
        page.AppendLine(CultureInfo.InvariantCulture, $"| {target} | {wanted} | {measured} | {(isMet ? "met" : "**missed**")} |");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
