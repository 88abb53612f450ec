using Sidecar.Model;
using Stigg.Sidecar.V1;

namespace Sidecar.Decisions;

/// <summary>Whether a customer may, and why not; in every call's own form by <see cref="Service.Responses"/>.</summary>
internal sealed record Decision
{
    /// <summary>The answer.</summary>
    public required bool HasAccess { get; init; }

    /// <summary>Why not; null: no reason.</summary>
    public AccessDeniedReason? Reason { get; init; }

    /// <summary>The entitlement it was decided by, in its current period; null: there is none.</summary>
    public CachedEntitlement? Entitlement { get; init; }

    /// <summary>The fallback that answered; null: the cache or the Edge API did.</summary>
    public Fallback? Fallback { get; init; }

    /// <summary>Whether a fallback answered.</summary>
    public bool IsFallback => Fallback is not null;
}
