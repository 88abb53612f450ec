using System.Globalization;
using System.Text.Json.Nodes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>Readers that refetch all the time while the worker writes the same customers: the newest of all that anybody wrote is what stays.</summary>
[Collection(ReadersCollection.Name)]
public sealed class ConcurrentRefetchTests(ReadersFixture fixture)
{
    private const int Customers = 8;
    private const int Versions = 25;
    private const long Epoch = 1_000_000;

    // Each read refetches: the entitlement has always ended already.
    private const string Ended = "2020-01-01T00:00:00.000Z";

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk395, "v2")]
    [InlineData(ReaderKind.Sdk395, "dual")]
    [InlineData(ReaderKind.Store, "v3")]
    [InlineData(ReaderKind.Store, "dual")]
    public async Task The_newest_of_messages_and_refetches_stays(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customers = Enumerable.Range(0, Customers).Select(_ => fixture.NewCustomer()).ToArray();
        await worker.HandleAsync(customers.Select(static customer => At(0).Message(customer)));

        // Even versions are messages, odd ones what the Edge API answers; for every second customer it ends behind the messages.
        var random = new Random(20_260);
        var messages = customers
            .SelectMany(static customer => Enumerable.Range(1, Versions).SelectMany(version => (string[])[At(2 * version).Message(customer), At(2 * version).UsageMessage(customer)]))
            .ToArray();
        random.Shuffle(messages);
        worker.Send(messages);
        await Task.WhenAll(customers.Select((customer, index) => RefetchAsync(reader, kind, layout, customer, LastOfEdge(index))));
        await worker.HandledAsync();

        for (var index = 0; index < Customers; index++)
        {
            await AssertHoldsAsync($"{layout}:c_{customers[index]}", Math.Max(2 * Versions, LastOfEdge(index)), $"{layout}-{customers[index]}");
        }
    }

    private static int LastOfEdge(int customer) => (2 * Versions) + (customer % 2 == 0 ? 1 : -9);

    /// <summary>Limit and usage are the version, so that a value tells which write it came from.</summary>
    private static Offer At(int version) => new(Epoch + version) { Limit = version, Usage = version, ValidUntil = Ended };

    private static async Task RefetchAsync(ReaderProcess reader, ReaderKind kind, string prefix, string customer, int last)
    {
        for (var version = last - (2 * (Versions - 5)); version <= last; version += 2)
        {
            await reader.StoreAsync(prefix, customer, null, At(version).Entitlements(credits: kind == ReaderKind.Store));
            await reader.ReadAsync(prefix, customer);
        }
    }

    private async Task AssertHoldsAsync(string key, int version, string lockKey)
    {
        var time = (Epoch + version).ToString(CultureInfo.InvariantCulture);
        var usage = $"{key}:f_{Offer.Calls}";
        var answers = await fixture.Keys.ExecuteAllAsync([["MGET", key, key + "#timestamp", usage, usage + "#timestamp"], ["EXISTS", lockKey]]);
        var values = Assert.IsAssignableFrom<IReadOnlyList<object?>>(answers[0]);

        Assert.Equal((time, time), (values[1], values[3]));
        Assert.Equal(version, (int)JsonNode.Parse((string)values[0]!)![Offer.Calls]!["calculatedEntitlement"]!["usageLimit"]!);
        Assert.Equal(version, (int)JsonNode.Parse((string)values[2]!)!["currentUsage"]!);
        Assert.Equal(0L, answers[1]);
    }
}
