using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Applying;

/// <summary>What operators should know of an operation that is applied all the same: entitlements left out, times that cannot be true, credits in layout dual.</summary>
internal sealed class OperationWarnings(CacheSettings settings, ServiceMetrics metrics, TimeProvider time, ILogger<OperationWarnings> logger)
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private int _isCreditTold;

    /// <summary>Looks at an operation that is about to be written.</summary>
    /// <param name="operation">The operation, not yet released.</param>
    /// <param name="messageId">Id of its message.</param>
    /// <param name="sentTimestamp">SentTimestamp of its message, Unix ms; 0 when the queue gave none.</param>
    public void Observe(CacheOperation operation, string messageId, long sentTimestamp)
    {
        if (operation.LeftOut > 0)
        {
            metrics.EntitlementsLeftOut(operation.LeftOut);
        }

        var (past, future) = ImplausibleTimes.Count(operation, sentTimestamp);
        Warn(ImplausibleTimeKind.Past, past, operation.Type, messageId);
        Warn(ImplausibleTimeKind.Future, future, operation.Type, messageId);
        if (settings.Layout == CacheLayout.Dual && operation is SetCustomer set && HasCredit(set) && Interlocked.Exchange(ref _isCreditTold, 1) == 0)
        {
            Log.CreditsInDualLayout(logger);
        }
    }

    private static bool HasCredit(SetCustomer operation)
    {
        foreach (ref readonly var entitlement in operation.Entitlements)
        {
            if (entitlement.Kind == EntitlementKind.Credit)
            {
                return true;
            }
        }

        return false;
    }

    private void Warn(ImplausibleTimeKind kind, int count, MessageType type, string messageId)
    {
        if (count == 0)
        {
            return;
        }

        metrics.ImplausibleTimes(kind, count);
        if (_repeats.MayPrint(kind == ImplausibleTimeKind.Past ? "past" : "future", out var heldBack))
        {
            Log.ImplausibleTime(logger, messageId, type, kind, heldBack);
        }
    }
}
