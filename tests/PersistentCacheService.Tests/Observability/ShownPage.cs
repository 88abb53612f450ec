using System.Text;
using EntitlementCache.Observability;

namespace PersistentCacheService.Tests.Observability;

/// <summary>A page of metrics as a scraper sees it.</summary>
internal static class ShownPage
{
    /// <summary>The page's text.</summary>
    public static async Task<string> TextAsync(this MetricsPage page)
    {
        using var output = new MemoryStream();
        await page.WriteAsync(output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The lines of a metric's samples.</summary>
    public static async Task<string[]> SamplesAsync(this MetricsPage page, string name) =>
        [.. (await page.TextAsync()).Split('\n').Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))];
}
