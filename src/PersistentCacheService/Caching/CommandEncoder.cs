using System.Text;
using PersistentCacheService.Messages;
using PersistentCacheService.Messages.Json;
using PersistentCacheService.Redis;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Caching;

/// <summary>Turns operations into script calls. Everything is copied into the command: the operation is not needed afterwards.</summary>
/// <param name="settings">Keys, expiry, policy and layout.</param>
internal sealed class CommandEncoder(CacheSettings settings)
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
    public RedisCommand Encode(SetCustomer operation)
    {
        var command = RedisCommand.ForScript(CacheScripts.SetCustomer);
        var entitlements = operation.Entitlements;
        AddLock(command, operation.Customer);
        AddSetCustomerKeys(command, operation, []);
        AddSetCustomerKeys(command, operation, CacheKeys.TimestampSuffix);
        AddTerms(command);

        command.Add(operation.Timestamp);
        command.Add(operation.Timestamp);
        foreach (ref readonly var entitlement in entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                command.Add(entitlement.UsageUpdatedAt!.Value);
            }
        }

        var value = Scratch(ref _valueOutput);
        new EntitlementValueWriter(value, operation.Tape, _creditKeyPrefix).Write(entitlements, settings.Layout);
        command.Add(value.Written);
        value.Clear();
        UsageValueWriter.WriteMetadata(value, operation.Tape, operation.AccessDeniedReason);
        command.Add(value.Written);
        foreach (ref readonly var entitlement in entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                value.Clear();
                UsageValueWriter.Write(value, operation.Tape, in entitlement);
                command.Add(value.Written);
            }
        }

        return command;
    }

    /// <summary>The call that writes usage, or null when the layout has no place for any of it.</summary>
    public RedisCommand? Encode(UpdateUsage operation)
    {
        if (!HasAnyKey(operation.Items))
        {
            return null;
        }

        var command = RedisCommand.ForScript(CacheScripts.UpdateUsage);
        AddLock(command, operation.Customer);
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, operation.Customer);
        var common = key.Length;
        key.Write(CacheKeys.TimestampSuffix);
        command.AddKey(key.Written);
        AddUsageKeys(command, operation.Items, key, common, []);
        AddUsageKeys(command, operation.Items, key, common, CacheKeys.TimestampSuffix);
        AddTerms(command);

        foreach (ref readonly var item in operation.Items)
        {
            if (HasKey(item.Kind))
            {
                command.Add(item.Timestamp);
            }
        }

        foreach (ref readonly var item in operation.Items)
        {
            if (HasKey(item.Kind))
            {
                var value = Scratch(ref _valueOutput);
                UsageValueWriter.Write(value, operation.Tape, in item);
                command.Add(value.Written);
            }
        }

        return command;
    }

    /// <summary>The call that deletes these customers, at most <see cref="PurgeChunk"/> of them.</summary>
    public RedisCommand EncodePurge(ReadOnlySpan<CustomerIdentity> customers)
    {
        var command = RedisCommand.ForScript(CacheScripts.Purge);
        foreach (var customer in customers)
        {
            AddLock(command, customer);
            var key = Scratch(ref _keyOutput);
            _keys.AppendEntitlements(key, customer);
            command.AddKey(key.Written);
            var common = key.Length;
            key.Write(CacheKeys.TimestampSuffix);
            command.AddKey(key.Written);
            key.Truncate(common);
            key.Write(CacheKeys.MetadataSuffix);
            command.AddKey(key.Written);
            key.Write(CacheKeys.TimestampSuffix);
            command.AddKey(key.Written);
        }

        return command;
    }

    /// <summary>The question whether entitlements of a customer are stored: the number 1 or 0.</summary>
    public RedisCommand EncodeExists(CustomerIdentity customer)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, customer);
        key.Write(CacheKeys.TimestampSuffix);
        return RedisCommand.Create("EXISTS"u8).AddKey(key.Written);
    }

    private static Utf8Output Scratch(ref Utf8Output? output)
    {
        output ??= new Utf8Output();
        output.Clear();
        return output;
    }

    private void AddLock(RedisCommand command, CustomerIdentity customer)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendLock(key, customer);
        command.AddKey(key.Written);
    }

    private void AddSetCustomerKeys(RedisCommand command, SetCustomer operation, ReadOnlySpan<byte> suffix)
    {
        var key = Scratch(ref _keyOutput);
        _keys.AppendEntitlements(key, operation.Customer);
        var common = key.Length;
        key.Write(suffix);
        command.AddKey(key.Written);
        key.Truncate(common);
        key.Write(CacheKeys.MetadataSuffix);
        key.Write(suffix);
        command.AddKey(key.Written);
        foreach (ref readonly var entitlement in operation.Entitlements)
        {
            if (HasUsageKey(in entitlement))
            {
                key.Truncate(common);
                CacheKeys.AppendUsage(key, entitlement.Kind, entitlement.Id.Span);
                key.Write(suffix);
                command.AddKey(key.Written);
            }
        }
    }

    private void AddUsageKeys(RedisCommand command, ReadOnlySpan<UsageItem> items, Utf8Output key, int common, ReadOnlySpan<byte> suffix)
    {
        foreach (ref readonly var item in items)
        {
            if (HasKey(item.Kind))
            {
                key.Truncate(common);
                CacheKeys.AppendUsage(key, item.Kind, item.Id.Span);
                key.Write(suffix);
                command.AddKey(key.Written);
            }
        }
    }

    private void AddTerms(RedisCommand command)
    {
        command.Add(settings.UpdatePolicy == CacheUpdatePolicy.UpdateIfExists ? "1"u8 : "0"u8);
        command.Add(settings.KeysTtlInSeconds);
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
