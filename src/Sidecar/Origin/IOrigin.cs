using Sidecar.Model;

namespace Sidecar.Origin;

/// <summary>Where the truth about entitlements comes from.</summary>
internal interface IOrigin
{
    /// <summary>Asks for a customer.</summary>
    /// <returns>What it is entitled to; null: the origin cannot be reached or gives no usable answer.</returns>
    Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken);
}
