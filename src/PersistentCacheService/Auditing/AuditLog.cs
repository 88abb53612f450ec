using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Auditing;

/// <summary>Tells what the worker's audit finds, without any value: the command <c>audit</c> and <c>inspect</c> show those.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class AuditLog(TimeProvider time, ILogger<AuditLog> logger)
{
    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time);

    /// <summary>A customer is wrong; what does not decide about access is only counted.</summary>
    public void Tell(AuditFinding finding)
    {
        foreach (var drift in finding.Drifts.Where(static drift => drift.IsWrong))
        {
            Log.CustomerDrifted(logger, finding.Customer.CustomerIdText, finding.Customer.ResourceIdText, drift.Subject, drift.Kind);
            if (_repeats.MayPrint(drift.Kind.ToString(), out var suppressed))
            {
                Log.DriftFound(logger, drift.Kind, suppressed);
            }
        }
    }
}
