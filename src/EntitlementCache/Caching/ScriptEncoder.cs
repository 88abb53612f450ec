using System.Text;
using EntitlementCache.Messages;
using EntitlementCache.Redis;
using EntitlementCache.Settings;

namespace EntitlementCache.Caching;

/// <summary>Turns operations into script calls. Everything is copied into the call: the operation is not needed afterwards.</summary>
/// <param name="settings">Keys, expiry, policy and layout.</param>
internal sealed class ScriptEncoder(CacheSettings settings)
{
    /// <summary>Customers in one purge call at most (CONTRACT 4).</summary>
    public const int PurgeChunk = 1000;

    // Encoding never awaits, so a thread needs one of each at a time.
    [ThreadStatic]
    private static Utf8Output? _keyOutput;

    [ThreadStatic]
    private static Utf8Output? _valueOutput;

    private readonly CacheKeys _keys = new(settings.EnvironmentPrefix);
    private readonly byte[] _creditKeyPrefix = Encoding.ASCII.GetBytes(settings.CreditKeyPrefix);

    /// <summary>The call that writes entitlements, metadata and their usage.</summary>
    public ScriptCall Encode(SetCustomer operation)
    {
        var call = new ScriptCall(CacheScripts.SetCustomer);
        var entitlements = operation.Entitlements;
        AddLock(call, operation.Customer);
        AddSetCustomerKeys(call, operation, []);
        AddSetCustomerKeys(call, operation, CacheKeys.TimestampSuffix);
        AddTerms(call);

        call.Add(operation.Timestamp);
        call.Add(operation.Timestamp);
        foreach (ref readonly var entitlement in entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                call.Add(entitlement.UsageUpdatedAt!.Value);
            }
        }

        var value = Scratch(ref _valueOutput);
        new EntitlementValueWriter(value, _creditKeyPrefix).Write(entitlements, settings.Layout);
        call.Add(value.Written);
        value.Clear();
        UsageValueWriter.WriteMetadata(value, operation.AccessDeniedReason);
        call.Add(value.Written);
        foreach (ref readonly var entitlement in entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                value.Clear();
                UsageValueWriter.Write(value, in entitlement);
                call.Add(value.Written);
            }
        }

        return call;
    }

    /// <summary>The call that writes usage, or null when the layout has no place for any of it.</summary>
    public ScriptCall? Encode(UpdateUsage operation)
    {
        if (!HasAnyKey(operation.Items))
        {
            return null;
        }

        var call = new ScriptCall(CacheScripts.UpdateUsage);
        AddLock(call, operation.Customer);
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, operation.Customer);
        var common = key.Length;
        key.Write(CacheKeys.TimestampSuffix);
        call.AddKey(key.Written);
        AddUsageKeys(call, operation.Items, key, common, []);
        AddUsageKeys(call, operation.Items, key, common, CacheKeys.TimestampSuffix);
        AddTerms(call);

        foreach (ref readonly var item in operation.Items)
        {
            if (HasKey(item.Kind))
            {
                call.Add(item.Timestamp);
            }
        }

        foreach (ref readonly var item in operation.Items)
        {
            if (HasKey(item.Kind))
            {
                var value = Scratch(ref _valueOutput);
                UsageValueWriter.Write(value, in item);
                call.Add(value.Written);
            }
        }

        return call;
    }

    /// <summary>The call that deletes these customers, at most <see cref="PurgeChunk"/> of them.</summary>
    public ScriptCall EncodePurge(ReadOnlySpan<CustomerIdentity> customers)
    {
        var call = new ScriptCall(CacheScripts.Purge);
        foreach (var customer in customers)
        {
            AddLock(call, customer);
            var key = Scratch(ref _keyOutput);
            _keys.AppendEntitlements(key, customer);
            call.AddKey(key.Written);
            var common = key.Length;
            key.Write(CacheKeys.TimestampSuffix);
            call.AddKey(key.Written);
            key.Truncate(common);
            key.Write(CacheKeys.MetadataSuffix);
            call.AddKey(key.Written);
            key.Write(CacheKeys.TimestampSuffix);
            call.AddKey(key.Written);
        }

        return call;
    }

    /// <summary>The key that exists when entitlements of a customer are stored.</summary>
    public byte[] ExistingKey(CustomerIdentity customer)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, customer);
        key.Write(CacheKeys.TimestampSuffix);
        return key.Written.ToArray();
    }

    private static Utf8Output Scratch(ref Utf8Output? output)
    {
        output ??= new Utf8Output();
        output.Clear();
        return output;
    }

    private void AddLock(ScriptCall call, CustomerIdentity customer)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendLock(key, customer);
        call.AddKey(key.Written);
    }

    private void AddSetCustomerKeys(ScriptCall call, SetCustomer operation, ReadOnlySpan<byte> suffix)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, operation.Customer);
        var common = key.Length;
        key.Write(suffix);
        call.AddKey(key.Written);
        key.Truncate(common);
        key.Write(CacheKeys.MetadataSuffix);
        key.Write(suffix);
        call.AddKey(key.Written);
        foreach (ref readonly var entitlement in operation.Entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                key.Truncate(common);
                CacheKeys.AppendUsage(key, entitlement.Kind, entitlement.Id.Span);
                key.Write(suffix);
                call.AddKey(key.Written);
            }
        }
    }

    private void AddUsageKeys(ScriptCall call, ReadOnlySpan<UsageItem> items, Utf8Output key, int common, ReadOnlySpan<byte> suffix)
    {
        foreach (ref readonly var item in items)
        {
            if (HasKey(item.Kind))
            {
                key.Truncate(common);
                CacheKeys.AppendUsage(key, item.Kind, item.Id.Span);
                key.Write(suffix);
                call.AddKey(key.Written);
            }
        }
    }

    private void AddTerms(ScriptCall call)
    {
        call.Add(settings.UpdatePolicy == CacheUpdatePolicy.UpdateIfExists ? "1"u8 : "0"u8);
        call.Add(settings.KeysTtlInSeconds);
    }

    private bool HasUsageKey(in Entitlement entitlement) =>
        entitlement.IsUsageTracked && entitlement.UsageUpdatedAt is not null && HasKey(entitlement.Kind);

    private bool HasAnyKey(ReadOnlySpan<UsageItem> items)
    {
        foreach (ref readonly var item in items)
        {
            if (HasKey(item.Kind))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Readers of layout v2 know no credits.</summary>
    private bool HasKey(EntitlementKind kind) => kind == EntitlementKind.Feature || settings.Layout != CacheLayout.V2;
}
