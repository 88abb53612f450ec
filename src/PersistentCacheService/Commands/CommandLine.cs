using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands;

/// <summary>What a command line asks for.</summary>
/// <param name="CustomerId">The customer of <c>inspect</c> and <c>purge</c>.</param>
/// <param name="ResourceId">A resource of the customer; null: none.</param>
/// <param name="Json">Print JSON; progress then goes to standard error.</param>
/// <param name="Live">Ask for life, not readiness.</param>
/// <param name="DryRun">Only print what would be done.</param>
internal sealed record CommandLine(string? CustomerId = null, string? ResourceId = null, bool Json = false, bool Live = false, bool DryRun = false)
{
    /// <summary>The options of <c>warm</c> and <c>audit</c>.</summary>
    public BulkOptions Bulk { get; init; } = new();

    /// <summary>The customer or resource that is meant.</summary>
    public CustomerIdentity Customer => new(Encoding.UTF8.GetBytes(CustomerId ?? ""), Encoding.UTF8.GetBytes(ResourceId ?? ""));
}
