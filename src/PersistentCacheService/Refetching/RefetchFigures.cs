using System.Globalization;

namespace PersistentCacheService.Refetching;

/// <summary>How far a sweep, a warm-up or an audit is.</summary>
/// <param name="Done">Customers and resources that are done, the failed ones included.</param>
/// <param name="Total">How many there were when it began; null: not counted yet.</param>
/// <param name="Failed">How many could not be fetched.</param>
/// <param name="PerSecond">Those a second, since this process does it.</param>
internal readonly record struct RefetchFigures(long Done, long? Total, long Failed, double PerSecond)
{
    /// <summary>How many are left; customers cached since the count can make it end early or late.</summary>
    public long? Left => Total is { } total ? Math.Max(0, total - Done) : null;

    /// <summary>How much is done, 0 to 1.</summary>
    public double Share => Total is > 0 and var total ? Math.Min(1, (double)Done / total) : 0;

    /// <summary>How long the rest takes at this rate; null: unknown.</summary>
    public TimeSpan? TimeLeft => Left is { } left && PerSecond > 0 ? TimeSpan.FromSeconds(Math.Ceiling(left / PerSecond)) : null;

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        if (Total is not { } total)
        {
            return "counting the customers";
        }

        var failed = Failed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Failed:#,0} failed") : "";
        var left = TimeLeft is { } time ? $", {Words(time)} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Done:#,0} of {total:#,0} customers{failed}, {PerSecond:#,0.0}/s{left}");
    }

    /// <summary>A duration as <c>45 s</c>, <c>12 min 5 s</c> or <c>3 h 20 min</c>.</summary>
    public static string Words(TimeSpan time)
    {
        if (time < TimeSpan.FromMinutes(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(time.TotalSeconds)} s");
        }

        return time < TimeSpan.FromHours(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
    }
}
