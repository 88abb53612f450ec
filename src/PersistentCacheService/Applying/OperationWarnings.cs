using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Applying;

/// <summary>What operators should know of an operation that is still applied: entitlements left out, times that cannot be true, credits in layout dual.</summary>
internal sealed class OperationWarnings(CacheSettings settings, ServiceMetrics metrics, TimeProvider time, ILogger<OperationWarnings> logger)
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);
    private int _isCreditTold;

    /// <summary>Looks at an operation that is about to be written.</summary>
    /// <param name="operation">The operation, not yet released.</param>
    /// <param name="message">Its message.</param>
    public void Observe(CacheOperation operation, ReceivedMessage message)
    {
        if (operation.LeftOut > 0)
        {
            metrics.EntitlementsLeftOut(operation.LeftOut);
        }

        var (past, future) = ImplausibleTimes.Count(operation, message.Origin.SentTimestamp);
        Warn(ImplausibleTimeKind.Past, past, operation.Type, message);
        Warn(ImplausibleTimeKind.Future, future, operation.Type, message);
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

    private void Warn(ImplausibleTimeKind kind, int count, MessageType type, ReceivedMessage message)
    {
        if (count == 0)
        {
            return;
        }

        metrics.ImplausibleTimes(kind, count);
        if (_repeats.MayPrint(kind == ImplausibleTimeKind.Past ? "past" : "future", out var heldBack))
        {
            using var ids = message.Trace?.InLog(logger);
            Log.ImplausibleTime(logger, message.MessageId, type, kind, heldBack);
        }
    }
}
