using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using Sidecar.Caching;
using Sidecar.Model;
using Sidecar.Origin;
using Sidecar.Reading;

namespace Sidecar.Realtime;

/// <summary>Applies what a subscription brings to the cache of this process, by the worker's decoder.</summary>
/// <param name="cache">The cache.</param>
/// <param name="rendering">Reads what the decoder gives.</param>
/// <param name="time">Clock, for payloads without a time of their own.</param>
internal sealed class EventApplier(MemoryCache cache, StateRendering rendering, TimeProvider time)
{
    /// <summary>From now on every change comes here.</summary>
    public void BecomeLive() => cache.BecomeLive();

    /// <summary>Changes do not come here any more.</summary>
    public void LoseUpdates() => cache.LoseUpdates();

    /// <summary>Applies one event.</summary>
    /// <param name="payload">A GraphQL result: <c>{"data":{"usageUpdatedV2":{...}}}</c>.</param>
    /// <returns>Why nothing could be done with it, without anything of its text; null: it is applied.</returns>
    public async Task<string?> ApplyAsync(JsonElement payload)
    {
        if (payload.Object("data").Object("packagePublished") is { ValueKind: JsonValueKind.Object } published)
        {
            // A package version published for all customers changes all; one for new customers changes none that is kept.
            if (published.Text("migrationType") == "ALL_CUSTOMERS")
            {
                cache.Forget();
            }

            return null;
        }

        var body = Encoding.UTF8.GetBytes(payload.GetRawText());
        using var operation = MessageDecoder.Decode(body, new MessageOrigin(time.GetUtcNow().ToUnixTimeMilliseconds(), DeclaredType: null));
        switch (operation)
        {
            case SetCustomer set:
                cache.Update(IdOf(set.Customer), rendering.Render(set));
                return null;
            case UpdateUsage update:
                foreach (var (usageId, isCredit, usage) in StateRendering.Render(update))
                {
                    await cache.UpdateUsageAsync(IdOf(update.Customer), usageId, isCredit, usage, CancellationToken.None);
                }

                return null;
            case Purge purge:
                foreach (var customer in purge.Customers)
                {
                    cache.Forget(IdOf(customer));
                }

                return null;
            case Malformed malformed:
                return malformed.Reason;
            default:
                return $"an event of type {operation.Type}";
        }
    }

    private static EntityId IdOf(CustomerIdentity customer) => new(customer.CustomerIdText, customer.ResourceIdText);
}
