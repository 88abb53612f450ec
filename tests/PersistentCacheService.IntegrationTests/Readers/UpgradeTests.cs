namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>From the old generation of SDKs to the new one: no step gives a wrong answer, and none costs a call to the Edge API.</summary>
[Collection(ReadersCollection.Name)]
public sealed class UpgradeTests(ReadersFixture fixture)
{
    private const string Prefix = "upgrade";

    [SkippableFact]
    public async Task From_v2_over_dual_to_v3_every_reader_answers_correctly_at_every_step()
    {
        var (old, young) = (await fixture.ReaderAsync(ReaderKind.Sdk395), await fixture.ReaderAsync(ReaderKind.Store));
        string[] customers = ["quiet", "busy"]; // Of the quiet one no message comes after the first step.
        var now = new Dictionary<string, Offer>();

        await using (var v2 = await FedWorker.StartAsync(fixture.Sqs, fixture.Redis, "v2", Prefix))
        {
            foreach (var customer in customers)
            {
                await v2.HandleAsync((now[customer] = new Offer(1_000_000) { Limit = 100, Usage = 10 }).Message(customer));
            }

            await AllAnswerAsync("1: worker v2, old readers", now, withCredits: [], old);

            // A rolling update: workers of both layouts, the old one still writes.
            await using var dual = await FedWorker.StartAsync(fixture.Sqs, fixture.Redis, "dual", Prefix);
            await dual.HandleAsync((now["busy"] = new Offer(1_000_010) { Limit = 110, Usage = 11 }).Message("busy"));
            await AllAnswerAsync("2: workers v2 and dual, old readers", now, ["busy"], old);
            await v2.HandleAsync((now["busy"] = now["busy"] with { Time = 1_000_020, Usage = 12 }).UsageMessage("busy"));
            await AllAnswerAsync("3: the old worker wrote last", now, ["busy"], old);
            await dual.HandleAsync((now["quiet"] = now["quiet"] with { Time = 1_000_020, Usage = 13 }).UsageMessage("quiet"));
            await AllAnswerAsync("4: usage in a value of layout v2", now, ["busy"], old);
            await AllAnswerAsync("5: the first new readers", now, ["busy"], old, young);
        }

        await using (var dual = await FedWorker.StartAsync(fixture.Sqs, fixture.Redis, "dual", Prefix))
        {
            await dual.HandleAsync((now["busy"] = new Offer(1_000_030) { Limit = 130, Usage = 14 }).Message("busy"));
            await AllAnswerAsync("6: worker dual, readers of both generations", now, ["busy"], old, young);

            await using var v3 = await FedWorker.StartAsync(fixture.Sqs, fixture.Redis, "v3", Prefix);
            await v3.HandleAsync((now["busy"] = new Offer(1_000_040) { Limit = 140, Usage = 15 }).Message("busy"));
            await AllAnswerAsync("7: workers dual and v3, new readers", now, ["busy"], young);

            // Back: old readers return after one dual message for each customer.
            await dual.HandleAsync((now["busy"] = new Offer(1_000_050) { Limit = 150, Usage = 16 }).Message("busy"));
            await AllAnswerAsync("8: rolled back to dual", now, ["busy"], old, young);
            await v3.HandleAsync((now["quiet"] = new Offer(1_000_060) { Limit = 160, Usage = 17 }).Message("quiet"));
            await v3.HandleAsync((now["busy"] = new Offer(1_000_060) { Limit = 160, Usage = 18 }).Message("busy"));
            await AllAnswerAsync("9: worker v3, new readers", now, ["quiet", "busy"], young);
        }
    }

    private static async Task AllAnswerAsync(string step, Dictionary<string, Offer> now, string[] withCredits, params ReaderProcess[] readers)
    {
        foreach (var (customer, offer) in now)
        {
            foreach (var reader in readers)
            {
                var answer = await reader.ReadAsync(Prefix, customer);

                // Credits are there from the first message that a newer worker than v2 handled.
                var expected = offer.ReadBy(reader.Kind, withCredits.Contains(customer)).ToArray();
                Assert.True(expected.SequenceEqual(answer.Sorted), $"{step}: {reader.Kind} read of {customer}\n{string.Join('\n', answer.Sorted)}\nbut it is\n{string.Join('\n', expected)}");
                Assert.True(answer.EdgeCalls == 0, $"{step}: {reader.Kind} refetched {customer}");
            }
        }
    }
}
