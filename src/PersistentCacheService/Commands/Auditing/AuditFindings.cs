using PersistentCacheService.Auditing;

namespace PersistentCacheService.Commands.Auditing;

/// <summary>What an audit found, in its order; of a customer that is looked at again after a failure of Redis the latest finding counts.</summary>
internal sealed class AuditFindings
{
    // More are counted only.
    private const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(string CustomerId, string? ResourceId, bool IsOrphan), AuditFinding> _all = [];

    /// <summary>All that is kept.</summary>
    public IReadOnlyList<AuditFinding> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all.Values];
            }
        }
    }

    /// <summary>Something was found.</summary>
    public void Add(AuditFinding finding)
    {
        // Orphaned usage of a customer is a finding of its own.
        var key = (finding.Customer.CustomerIdText, finding.Customer.ResourceIdText, finding.Drifts.All(static drift => drift.Kind == DriftKind.OrphanedUsage));
        lock (_lock)
        {
            if (_all.Count < Most || _all.ContainsKey(key))
            {
                _all[key] = finding;
            }
        }
    }
}
