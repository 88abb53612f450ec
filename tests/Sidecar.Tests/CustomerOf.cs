using System.Text;
using Sidecar.Model;
using Sidecar.Reading;

namespace Sidecar.Tests;

/// <summary>Customers from cached values.</summary>
internal static class CustomerOf
{
    /// <summary>What a reader makes of an entitlements value.</summary>
    public static CachedCustomer Value(string json) => new(Exists: true, EntitlementsValue.Read(Encoding.UTF8.GetBytes(json)) ?? throw new InvalidOperationException(json), null);
}
