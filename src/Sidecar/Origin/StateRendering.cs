using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using Sidecar.Model;
using Sidecar.Reading;

namespace Sidecar.Origin;

/// <summary>
/// The worker's decoder and writers, used here and nowhere else in the Sidecar: an answer of the Edge API becomes exactly the bytes that the worker
/// would write, and the Sidecar reads its own answer from them. So both programs have one decoder, one writer, and the Sidecar one reader.
/// </summary>
/// <param name="layout">Layout of what is written.</param>
/// <param name="creditKeyPrefix">What the readers put before a currency id to name its entry.</param>
internal sealed class StateRendering(CacheLayout layout, string creditKeyPrefix)
{
    private readonly byte[] _creditKeyPrefix = Encoding.ASCII.GetBytes(creditKeyPrefix);

    /// <summary>Reads an Edge API answer.</summary>
    /// <param name="answer">UTF-8 body.</param>
    /// <param name="id">Whom it is about.</param>
    /// <param name="sent">When it was asked for, Unix ms.</param>
    /// <returns>Null: it is not an answer of that form.</returns>
    public FetchedState? Read(ReadOnlyMemory<byte> answer, EntityId id, long sent)
    {
        var customer = new CustomerIdentity(Encoding.UTF8.GetBytes(id.CustomerId), id.ResourceId is { } resource ? Encoding.UTF8.GetBytes(resource) : default);
        using var operation = EntitlementsState.Decode(answer, customer, sent);
        return operation switch
        {
            SetCustomer set => Render(set),

            // No entitlements and no reason: readers write an empty set with timestamp 0, so that they do not ask at every call.
            Purge => new FetchedState(CachedCustomer.Empty, 0) { Value = "{}"u8.ToArray(), Metadata = "{\"accessDeniedReason\":null}"u8.ToArray() },
            _ => null,
        };
    }

    /// <summary>What an operation of the worker's decoder sets.</summary>
    public FetchedState Render(SetCustomer set)
    {
        var output = new Utf8Output();
        UsageValueWriter.WriteMetadata(output, set.AccessDeniedReason);
        var metadata = output.Written.ToArray();
        var complete = Entitlements(output, set, CacheLayout.V3);
        return new FetchedState(
            new CachedCustomer(Exists: true, EntitlementsValue.Read(complete) ?? [], UsageValue.ReadReason(metadata)), set.Timestamp)
        {
            Value = layout == CacheLayout.V3 ? complete : Entitlements(output, set, layout),
            Metadata = metadata,
            Usages = Usages(output, set),
        };
    }

    /// <summary>Usage that an operation of the worker's decoder updates.</summary>
    public static IReadOnlyList<(string Id, bool IsCredit, CachedUsage Usage)> Render(UpdateUsage update)
    {
        var output = new Utf8Output();
        var usages = new List<(string Id, bool IsCredit, CachedUsage Usage)>();
        foreach (ref readonly var item in update.Items)
        {
            output.Clear();
            UsageValueWriter.Write(output, in item);
            if (UsageValue.Read(output.Written.ToArray(), item.Timestamp) is { } usage)
            {
                usages.Add((Encoding.UTF8.GetString(item.Id.Span), item.Kind == EntitlementKind.Credit, usage));
            }
        }

        return usages;
    }

    private byte[] Entitlements(Utf8Output output, SetCustomer set, CacheLayout layout)
    {
        output.Clear();
        new EntitlementValueWriter(output, _creditKeyPrefix).Write(set.Entitlements, layout);
        return output.Written.ToArray();
    }

    private List<UsageWrite> Usages(Utf8Output output, SetCustomer set)
    {
        var usages = new List<UsageWrite>();
        foreach (ref readonly var entitlement in set.Entitlements)
        {
            if (!entitlement.IsUsageTracked || entitlement.UsageUpdatedAt is not { } timestamp
                || (entitlement.Kind == EntitlementKind.Credit && layout == CacheLayout.V2))
            {
                continue;
            }

            output.Clear();
            CacheKeys.AppendUsage(output, entitlement.Kind, entitlement.Id.Span);
            var suffix = Encoding.UTF8.GetString(output.Written);
            output.Clear();
            UsageValueWriter.Write(output, in entitlement);
            usages.Add(new UsageWrite(suffix, output.Written.ToArray(), timestamp));
        }

        return usages;
    }
}
