namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>When the readers refetch (contract, section 3), and that their refetch and our writes respect each other.</summary>
[Collection(ReadersCollection.Name)]
public sealed class CacheMissTests(ReadersFixture fixture)
{
    private const string Usage = ":f_" + Offer.Calls;

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk395, "v2", "", 1)]
    [InlineData(ReaderKind.Sdk395, "v2", Usage, 1)]
    [InlineData(ReaderKind.Sdk395, "v2", "#timestamp", 0)] // The old generation reads it for resources only.
    [InlineData(ReaderKind.Sdk395, "v2", Usage + "#timestamp", 0)]
    [InlineData(ReaderKind.Sdk395, "dual", "", 1)]
    [InlineData(ReaderKind.Sdk395, "dual", Usage, 1)]
    [InlineData(ReaderKind.Store, "v3", "", 1)]
    [InlineData(ReaderKind.Store, "v3", "#timestamp", 1)]
    [InlineData(ReaderKind.Store, "v3", Usage, 1)]
    [InlineData(ReaderKind.Store, "v3", Usage + "#timestamp", 1)]
    [InlineData(ReaderKind.Store, "v3", ":credit_credit-ai", 1)]
    [InlineData(ReaderKind.Store, "v3", ":metadata", 0)]
    [InlineData(ReaderKind.Store, "dual", Usage + "#timestamp", 1)]
    [InlineData(ReaderKind.Store, "dual", ":credit_credit-ai#timestamp", 1)]
    public async Task One_missing_key_is_a_miss_or_not_as_the_contract_says(ReaderKind kind, string layout, string missing, int calls)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        var offer = new Offer(1_000_000);
        await worker.HandleAsync(offer.Message(customer));
        await reader.StoreAsync(layout, customer, null, offer.Entitlements(credits: kind == ReaderKind.Store));
        Assert.Equal(1L, await fixture.Keys.ExecuteAsync("DEL", $"{layout}:c_{customer}{missing}"));

        var answer = await reader.ReadAsync(layout, customer);

        Assert.Equal(calls, answer.EdgeCalls);
        Assert.Equal(offer.ReadBy(kind, credits: kind == ReaderKind.Store), answer.Sorted);
        Assert.Equal(0, (await reader.ReadAsync(layout, customer)).EdgeCalls);
    }

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk395, "v2")]
    [InlineData(ReaderKind.Sdk395, "dual")]
    [InlineData(ReaderKind.Store, "v3")]
    [InlineData(ReaderKind.Store, "dual")]
    public async Task A_resource_older_than_its_customer_is_refetched_together_with_it(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000).Message(customer), new Offer(1_000_000).Message(customer, "site-1"));
        await worker.HandleAsync(new Offer(1_000_001).Message(customer));
        var edge = new Offer(1_000_002).Entitlements(credits: kind == ReaderKind.Store);
        await reader.StoreAsync(layout, customer, null, edge);
        await reader.StoreAsync(layout, customer, "site-1", edge);

        Assert.Equal(2, (await reader.ReadAsync(layout, customer, "site-1")).EdgeCalls);
        Assert.Equal(0, (await reader.ReadAsync(layout, customer, "site-1")).EdgeCalls);
    }

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk395, "v2")]
    [InlineData(ReaderKind.Sdk395, "dual")]
    [InlineData(ReaderKind.Store, "v3")]
    [InlineData(ReaderKind.Store, "dual")]
    public async Task An_entitlement_that_has_ended_makes_the_reader_refetch(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        await worker.HandleAsync(new Offer(1_000_000) { ValidUntil = "2020-01-01T00:00:00.000Z" }.Message(customer));
        await reader.StoreAsync(layout, customer, null, new Offer(1_000_001) { Limit = 2000 }.Entitlements(credits: kind == ReaderKind.Store));

        var answer = await reader.ReadAsync(layout, customer);

        Assert.Equal((1, 2000), (answer.EdgeCalls, answer[Offer.Calls].Limit));
    }

    [SkippableTheory]
    [InlineData(ReaderKind.Sdk395, "v2")]
    [InlineData(ReaderKind.Sdk395, "dual")]
    [InlineData(ReaderKind.Store, "v3")]
    [InlineData(ReaderKind.Store, "dual")]
    public async Task A_refetch_does_not_overwrite_what_is_newer_and_a_message_does_not_overwrite_a_newer_refetch(ReaderKind kind, string layout)
    {
        var reader = await fixture.ReaderAsync(kind);
        var worker = await fixture.WorkerAsync(layout);
        var customer = fixture.NewCustomer();
        var key = $"{layout}:c_{customer}";
        await worker.HandleAsync(new Offer(1_000_500) { Limit = 500 }.Message(customer));
        await fixture.Keys.ExecuteAsync("DEL", key + Usage);

        await reader.StoreAsync(layout, customer, null, new Offer(1_000_100) { Limit = 100 }.Entitlements(credits: kind == ReaderKind.Store));
        Assert.Equal(1, (await reader.ReadAsync(layout, customer)).EdgeCalls);
        Assert.Equal("1000500", await fixture.Keys.ExecuteAsync("GET", key + "#timestamp"));

        await fixture.Keys.ExecuteAsync("DEL", key + Usage, key + Usage + "#timestamp");
        await reader.StoreAsync(layout, customer, null, new Offer(1_000_900) { Limit = 900, Usage = 9 }.Entitlements(credits: kind == ReaderKind.Store));
        Assert.Equal(1, (await reader.ReadAsync(layout, customer)).EdgeCalls);
        await worker.HandleAsync(new Offer(1_000_800) { Limit = 800, Usage = 8 }.Message(customer));

        var answer = await reader.ReadAsync(layout, customer);
        Assert.Equal((0, 900, 9), (answer.EdgeCalls, answer[Offer.Calls].Limit, answer[Offer.Calls].Usage));
    }

    [SkippableFact]
    public async Task Nothing_is_written_while_the_sdks_own_lock_is_held_and_all_of_it_afterwards()
    {
        var store = await fixture.ReaderAsync(ReaderKind.Store);
        var worker = await fixture.WorkerAsync("v3");
        var (locked, free) = (fixture.NewCustomer(), fixture.NewCustomer());
        var key = await store.HoldLockAsync("v3", locked);
        worker.Send(new Offer(1_000_000).Message(locked), new Offer(1_000_000).Message(free));

        await worker.Process.WaitAsync(async () => await worker.Process.MetricAsync("persistent_cache_lock_waits_total") > 0, "the worker waits for the lock");
        await worker.Process.WaitAsync(async () => await fixture.Keys.ExecuteAsync("EXISTS", $"v3:c_{free}") is 1L, "the other customer is written");
        Assert.Equal(0L, await fixture.Keys.ExecuteAsync("EXISTS", $"v3:c_{locked}"));

        await store.ReleaseLockAsync("v3", key);
        await worker.HandledAsync();
        Assert.Equal(0, (await store.ReadAsync("v3", locked)).EdgeCalls);
    }
}
