using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using PersistentCacheService.Tests.Messages;

namespace PersistentCacheService.Tests.Caching;

public sealed class AllocationTests
{
    private const int Warmup = 200;
    private const int Rounds = 500;

    // Far below the budgets of 1 kB and 4 kB a message, which the client and the task share.
    private const long UsageBudget = 640;
    private const long EntitlementsBudget = 1024;

    [Fact]
    public void Usage_message_is_decoded_and_encoded_within_its_budget() => AssertAllocates(
        UsageBudget,
        """{"type":"usageUpdatedV2","customerId":"customer-000001","resourceId":null,"entitlementReference":{"type":"FEATURE","id":"feature-00-metered"},"usage":{"currentUsage":57,"usagePeriodStart":"2025-12-17T00:00:00.000Z","usagePeriodEnd":"2026-01-16T00:00:00.000Z","usageUpdatedAt":"2026-01-01T00:00:00.000Z"}}""");

    [Fact]
    public void Entitlements_message_is_decoded_and_encoded_within_its_budget()
    {
        var entitlements = Enumerable.Range(0, 10).Select(static i =>
            $$$"""{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":{{{i}}},"currentUsage":5,"entitlementUpdatedAt":"2026-01-01T00:00:00.000Z","usageUpdatedAt":"2026-01-01T00:00:00.000Z","usagePeriodStart":"2025-12-17T00:00:00.000Z","resetPeriodConfiguration":{"monthlyAccordingTo":"SubscriptionStart"},"feature":{"refId":"feature-{{{i}}}","displayName":"Feature","featureType":"NUMBER","meterType":"Incremental"}}""");
        AssertAllocates(
            EntitlementsBudget, $$"""{"type":"entitlementsUpdatedV2","customerId":"c","entitlements":[{{string.Join(',', entitlements)}}]}""");
    }

    private static void AssertAllocates(long budget, string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var encoder = new ScriptEncoder(RedisFixture.Upsert);
        Repeat(Warmup);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(Rounds);
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        Assert.InRange(perMessage, 1, budget);

        void Repeat(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                using var operation = MessageDecoder.Decode(utf8, new MessageOrigin(DecodedAs.SentTimestamp, DeclaredType: null));
                using var command = operation is SetCustomer set ? encoder.Encode(set) : encoder.Encode((UpdateUsage)operation)!;
            }
        }
    }
}
