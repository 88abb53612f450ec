using System.Text;
using EntitlementCache.Messages;

namespace EntitlementCache.Caching;

/// <summary>Every form of key (CONTRACT 1), in one place. Keys are appended to an output, so that those of a customer share its beginning.</summary>
/// <param name="environmentPrefix">First part of every key.</param>
internal sealed class CacheKeys(string environmentPrefix)
{
    private readonly byte[] _entitlements = Encoding.UTF8.GetBytes($"{environmentPrefix}:c_");
    private readonly byte[] _lock = Encoding.UTF8.GetBytes($"{environmentPrefix}-");

    /// <summary>Appended to an entitlements key: its metadata.</summary>
    public static ReadOnlySpan<byte> MetadataSuffix => ":metadata"u8;

    /// <summary>Appended to any key: its timestamp.</summary>
    public static ReadOnlySpan<byte> TimestampSuffix => "#timestamp"u8;

    /// <summary><c>E:c_C</c> or <c>E:c_C:r_R</c>.</summary>
    public void AppendEntitlements(Utf8Output output, CustomerIdentity customer)
    {
        output.Write(_entitlements);
        output.Write(customer.CustomerId.Span);
        if (!customer.ResourceId.IsEmpty)
        {
            output.Write(":r_"u8);
            output.Write(customer.ResourceId.Span);
        }
    }

    /// <summary><c>E-C</c> or <c>E-C:R</c>: who holds it may write the customer or the resource.</summary>
    public void AppendLock(Utf8Output output, CustomerIdentity customer)
    {
        output.Write(_lock);
        output.Write(customer.CustomerId.Span);
        if (!customer.ResourceId.IsEmpty)
        {
            output.Write((byte)':');
            output.Write(customer.ResourceId.Span);
        }
    }

    /// <summary>Appended to an entitlements key: <c>:f_F</c> or <c>:credit_K</c>.</summary>
    public static void AppendUsage(Utf8Output output, EntitlementKind kind, ReadOnlySpan<byte> id)
    {
        output.Write(kind == EntitlementKind.Feature ? ":f_"u8 : ":credit_"u8);
        output.Write(id);
    }
}
