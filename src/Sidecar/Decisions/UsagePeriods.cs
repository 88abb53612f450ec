using Sidecar.Model;

namespace Sidecar.Decisions;

/// <summary>Moves usage on when its period is over.</summary>
internal static class UsagePeriods
{
    /// <summary>The entitlement as it is now: when the period has ended its usage counts as 0, in the period that holds now.</summary>
    /// <param name="entitlement">As cached.</param>
    /// <param name="now">Unix ms.</param>
    public static CachedEntitlement Current(CachedEntitlement entitlement, long now)
    {
        if (entitlement.Type != EntitlementType.Metered || entitlement.Usage.PeriodEnd is not { } end || end >= now)
        {
            return entitlement;
        }

        var (start, next) = entitlement.UsagePeriodAnchor is { } anchor && entitlement.ResetPeriod is { } period ? Containing(anchor, period, now) : (null, null);
        return entitlement with { Usage = new CachedUsage(0, start, next, entitlement.Usage.Timestamp) };
    }

    /// <summary>The period around a time, counted from the anchor; nulls when the period is not known.</summary>
    /// <param name="anchor">Unix ms.</param>
    /// <param name="resetPeriod">YEAR, MONTH, WEEK, DAY or HOUR.</param>
    /// <param name="now">Unix ms.</param>
    public static (long? Start, long? End) Containing(long anchor, string resetPeriod, long now)
    {
        var first = DateTimeOffset.FromUnixTimeMilliseconds(anchor);
        Func<int, DateTimeOffset>? at = resetPeriod.ToUpperInvariant() switch
        {
            "YEAR" => count => first.AddYears(count),
            "MONTH" => count => first.AddMonths(count),
            "WEEK" => count => first.AddDays(7.0 * count),
            "DAY" => count => first.AddDays(count),
            "HOUR" => count => first.AddHours(count),
            _ => null,
        };
        if (at is null)
        {
            return (null, null);
        }

        // From the anchor each time: a subscription of the 31st ends its periods on the last day of shorter months.
        var days = (now - anchor) / 86_400_000.0;
        var cycles = (int)Math.Floor(resetPeriod.ToUpperInvariant() switch
        {
            "YEAR" => days / 365.2425,
            "MONTH" => days / 30.436875,
            "WEEK" => days / 7,
            "DAY" => days,
            _ => days * 24,
        });
        while (at(cycles).ToUnixTimeMilliseconds() > now)
        {
            cycles--;
        }

        while (at(cycles + 1).ToUnixTimeMilliseconds() <= now)
        {
            cycles++;
        }

        return (at(cycles).ToUnixTimeMilliseconds(), at(cycles + 1).ToUnixTimeMilliseconds());
    }
}
