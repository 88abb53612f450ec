using System.Globalization;
using System.Text.Json.Nodes;
using TestKit.Engines;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests;

/// <summary>The same scripts on the engine that the demo falls back to; needs nothing but its package.</summary>
public sealed class GarnetDrainTests
{
    private const int Messages = 3000;
    private const int Customers = 100;

    [Theory]
    [InlineData("v3")]
    [InlineData("dual")]
    public async Task Three_thousand_mixed_messages_end_in_the_newest_state_of_every_key(string layout)
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var queue = await DrainQueue.LocalSqsAsync();
        var environment = WorkerEnvironment.For(queue.Url, garnet.Host, garnet.Port).With(("CACHE_LAYOUT", layout));
        var messages = new MessageGenerator { Customers = Customers }.Generate(Messages, prime: true).ToArray();
        await using var worker = await WorkerProcess.StartAsync(environment);

        // Usage of a customer that is not cached is skipped, so every customer comes first.
        await DrainAsync(messages[..Customers].Select(static message => message.Body()));
        await DrainAsync(Delivery.Shuffle(messages[Customers..], seed: 7, duplicates: 0.05).Select(static message => message.Body()));

        using var reader = await RedisReader.ConnectAsync(garnet.Host, garnet.Port);
        if (layout == "v3")
        {
            await InvariantChecker.HoldsAsync(reader, messages);
        }
        else
        {
            await HoldsAtLeastAsync(reader, new ExpectedCache(messages));
        }

        Assert.Equal(0, await worker.MetricAsync("persistent_cache_write_errors_total"));
        Assert.Equal(0, await worker.TerminateAsync());

        async Task DrainAsync(IEnumerable<string> bodies)
        {
            await queue.FillAsync(bodies);
            await worker.WaitAsync(async () => await queue.CountAsync() == 0, "the queue is empty", TimeSpan.FromMinutes(1));
        }
    }

    // The layout dual adds the older readers' members to the values; each key, its timestamp and the members of v3 are the same.
    private static async Task HoldsAtLeastAsync(RedisReader reader, ExpectedCache expected)
    {
        var stored = await reader.ReadAllAsync();
        Assert.All(expected.Newest, key =>
        {
            Assert.Equal(key.Value.ToString(CultureInfo.InvariantCulture), stored[key.Key + "#timestamp"].Value);
            AssertContains(expected.ValueAt(key.Key, key.Value), JsonNode.Parse(stored[key.Key].Value!), key.Key);
        });
    }

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        if (expected is JsonObject members && actual is JsonObject all)
        {
            Assert.All(members, member => AssertContains(member.Value, all[member.Key], $"{path}.{member.Key}"));
            return;
        }

        Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} is {actual?.ToJsonString()} instead of {expected?.ToJsonString()}");
    }
}
