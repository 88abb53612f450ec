using System.Globalization;
using System.Text.Json.Nodes;
using EntitlementCache.Caching;
using EntitlementCache.Redis;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Tests.Messages;

namespace PersistentCacheService.Tests.Caching;

public sealed class NewestTimestampWinsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Appliers = 4;
    private const string Key = "production:c_c";
    private static readonly string[] Features = ["a", "b", "c"];

    [SkippableFact]
    public async Task Messages_arrive_in_any_order_and_twice_at_several_workers_the_newest_stays()
    {
        await redis.StartEmptyAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, Appliers).Select(_ => redis.ConnectAsync()));
        try
        {
            foreach (var deliveries in Schedules().Sample(60, 40))
            {
                await redis.Reader.ExecuteAsync("FLUSHALL");
                // The customer is cached: without that, whether usage is skipped depends on the order, and rightly so.
                await ApplyAsync(clients[0], new Message(1, Usage: null));

                await Task.WhenAll(deliveries
                    .GroupBy(static delivery => delivery.Applier)
                    .Select(group => ApplyAllAsync(clients[group.Key], group.Select(static delivery => delivery.Message))));

                await AssertNewestAsync([new Message(1, Usage: null), .. deliveries.Select(static delivery => delivery.Message)]);
            }
        }
        finally
        {
            await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        }
    }

    private static Gen<List<Delivery>> Schedules()
    {
        // Few different times, so that equal ones and repetitions are frequent.
        var messages =
            from timestamp in Gen.Choose(2, 30)
            from usage in Gen.OneOf(Gen.Constant<string?>(null), Gen.Elements<string?>(Features))
            select new Message(timestamp, usage);
        var deliveries =
            from message in messages
            from applier in Gen.Choose(0, Appliers - 1)
            select new Delivery(applier, message);
        return deliveries.ListOf();
    }

    private async Task ApplyAllAsync(RedisClient client, IEnumerable<Message> messages) =>
        await Task.WhenAll(messages.Select(message => ApplyAsync(client, message)));

    private async Task ApplyAsync(RedisClient client, Message message)
    {
        using var operation = DecodedAs.Any(message.Body);
        var outcome = await redis.Cache(client: client).ApplyAsync(operation, CancellationToken.None);
        Assert.NotEqual(ApplyOutcome.SkippedAbsent, outcome);
    }

    private async Task AssertNewestAsync(IReadOnlyList<Message> applied)
    {
        var stored = await redis.Reader.ReadAllAsync();
        var newestEntitlements = applied.Where(static message => message.Usage is null).Max(static message => message.Timestamp);
        Assert.Equal(Text(newestEntitlements), stored[$"{Key}#timestamp"].Value);
        Assert.Equal(newestEntitlements, (long)JsonNode.Parse(stored[Key].Value!)!["a"]!["calculatedEntitlement"]!["usageLimit"]!);
        foreach (var feature in Features)
        {
            // Entitlements carry usage of every feature, of the same time.
            var newest = applied.Where(message => message.Usage is null || message.Usage == feature).Max(static message => message.Timestamp);
            Assert.Equal(Text(newest), stored[$"{Key}:f_{feature}#timestamp"].Value);
            Assert.Equal(newest, (long)JsonNode.Parse(stored[$"{Key}:f_{feature}"].Value!)!["currentUsage"]!);
        }

        Assert.Equal(2 * (2 + Features.Length), stored.Count);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Delivery(int Applier, Message Message);

    /// <summary>Everything in a message is its timestamp, so that a value tells which message wrote it.</summary>
    private sealed record Message(int Timestamp, string? Usage)
    {
        public string Body => Usage is null ? EntitlementsBody : UsageBody;

        private string UsageBody =>
            $$$"""{"usage":{"customerId":"c","featureId":"{{{Usage}}}","currentUsage":{{{Timestamp}}},"usageUpdatedAt":{{{Timestamp}}}}}""";

        private string EntitlementsBody => $$"""{"type":"entitlementsUpdated","customerId":"c","entitlements":[{{string.Join(',', Features.Select(Entitlement))}}]}""";

        private string Entitlement(string feature) => $$"""
            {"feature":{"refId":"{{feature}}","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":{{Timestamp}},
             "currentUsage":{{Timestamp}},"usageUpdatedAt":{{Timestamp}},"entitlementUpdatedAt":{{Timestamp}}}
            """;
    }
}
