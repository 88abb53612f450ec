namespace EntitlementCache.Messages;

/// <summary>Finds timestamps that cannot be true. They are applied anyway: guessing another time could let an old value win.</summary>
internal static class ImplausibleTimes
{
    private const long Earliest = 1_577_836_800_000; // 2020-01-01
    private const long Day = 86_400_000;

    /// <summary>Counts those that an operation will store. The 0 of an empty list is a rule, not a time.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="sentTimestamp">SentTimestamp of its message, Unix ms; 0 when the queue gave none: then no time is too late.</param>
    public static (int Past, int Future) Count(CacheOperation operation, long sentTimestamp)
    {
        var (past, future) = (0, 0);
        var latest = sentTimestamp > 0 ? sentTimestamp + Day : long.MaxValue;
        switch (operation)
        {
            case SetCustomer { Entitlements.IsEmpty: false } set:
                Add(set.Timestamp);
                foreach (ref readonly var entitlement in set.Entitlements)
                {
                    if (entitlement is { IsUsageTracked: true, UsageUpdatedAt: { } usageUpdatedAt })
                    {
                        Add(usageUpdatedAt);
                    }
                }

                break;
            case UpdateUsage update:
                foreach (ref readonly var item in update.Items)
                {
                    Add(item.Timestamp);
                }

                break;
            default:
                break;
        }

        return (past, future);

        void Add(long timestamp)
        {
            past += timestamp < Earliest ? 1 : 0;
            future += timestamp > latest ? 1 : 0;
        }
    }
}

/// <summary>Why a timestamp cannot be true; the label <c>kind</c> of <c>persistent_cache_implausible_times_total</c>.</summary>
internal enum ImplausibleTimeKind
{
    /// <summary>Before 2020, where there was nothing to measure: the zero of Go or .NET, or seconds in place of milliseconds.</summary>
    Past,

    /// <summary>More than a day after the message was sent: until then nothing replaces it.</summary>
    Future,
}
