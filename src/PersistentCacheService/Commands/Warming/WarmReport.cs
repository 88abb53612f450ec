using System.Globalization;
using PersistentCacheService.Refetching;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Commands.Warming;

/// <summary>How a warm-up ended, for people and for programs.</summary>
internal static class WarmReport
{
    /// <summary>One line.</summary>
    public static string Text(WarmCounts counts, TimeSpan took) => string.Create(
        CultureInfo.InvariantCulture,
        $"Done after {RefetchFigures.Words(took)}: {counts.Customers:#,0} customers and resources, {counts.Fetched:#,0} fetched, {counts.Fresh:#,0} were fresh, {counts.Failed:#,0} could not be fetched.");

    /// <summary>One JSON object on one line.</summary>
    public static string Json(WarmCounts counts, TimeSpan took) => JsonResult.Object(json =>
    {
        json.WriteNumber("customers", counts.Customers);
        json.WriteNumber("fetched", counts.Fetched);
        json.WriteNumber("fresh", counts.Fresh);
        json.WriteNumber("failed", counts.Failed);
        json.WriteNumber("seconds", Math.Round(took.TotalSeconds, 1));
    });
}
