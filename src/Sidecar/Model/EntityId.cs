namespace Sidecar.Model;

/// <summary>Whom entitlements belong to: a customer, or one resource of a customer.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="ResourceId">The resource; null: the customer itself.</param>
internal readonly record struct EntityId(string CustomerId, string? ResourceId)
{
    // What could forge another key (CONTRACT 1).
    private static readonly string[] Forbidden = ["#timestamp", ":metadata", ":r_", ":f_", ":credit_"];

    /// <summary>The id of a call: an empty resource means none.</summary>
    public static EntityId Of(string customerId, bool hasResource, string resourceId) =>
        new(customerId, hasResource && resourceId.Length > 0 ? resourceId : null);

    /// <summary>Whether keys can be made of it. A read of an invalid id is answered by the fallback.</summary>
    public bool IsValid => IsValidId(CustomerId) && (ResourceId is null || IsValidId(ResourceId));

    /// <summary>Whether a text may be part of a key: 1 to 255 characters, none of them a control character.</summary>
    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= 255 && !HasControl(id) && (id.AsSpan().IndexOfAny('#', ':') < 0 || !Array.Exists(Forbidden, part => id.Contains(part, StringComparison.Ordinal)));

    private static bool HasControl(string id) => id.AsSpan().ContainsAnyInRange('\0', '\x1f') || id.AsSpan().ContainsAnyInRange('\x7f', '\x9f');
}
