using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TestKit.Messages;

namespace TestKit.Tests.Messages;

public sealed class MessageGeneratorTests
{
    [Theory]
    [InlineData(50, 1, true, "60d1aac7e5568df607ef60eea8f8d0ede9390e753d34aa9b6753d823d72f7ce9")]
    [InlineData(500, 42, false, "d6eb55bf32d57032864f84893723b0fe16839b9a1b20a8f866d80314044231f6")]
    public void The_stream_is_byte_for_byte_the_one_that_was_measured_with(int customers, int seed, bool prime, string sha256)
    {
        var bodies = new MessageGenerator { Customers = customers, Seed = seed }.Generate(2000, prime).Select(static message => message.Body());

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', bodies)))));
    }

    [Fact]
    public void Seven_in_ten_messages_are_small_usage_updates_and_the_rest_are_ten_features()
    {
        var messages = new MessageGenerator().Generate(5000).ToArray();
        var usage = messages.OfType<UsageMessage>().ToArray();
        var entitlements = messages.OfType<EntitlementsMessage>().ToArray();

        Assert.InRange(usage.Length, 3300, 3700);
        Assert.InRange(usage.Average(static message => message.Body().Length), 280, 310);
        Assert.InRange(entitlements.Average(static message => message.Body().Length), 7000, 8000);
        Assert.Equal(messages.Length, messages.Select(static message => message.Time).Distinct().Count());
    }

    [Fact]
    public void Primed_customers_come_first_each_once()
    {
        var primed = new MessageGenerator { Customers = 20 }.Generate(100, prime: true).Take(20).ToArray();

        Assert.All(primed, static message => Assert.IsType<EntitlementsMessage>(message));
        Assert.Equal(20, primed.Select(static message => message.CustomerId).Distinct().Count());
    }

    [Fact]
    public void A_shuffled_delivery_holds_every_message_and_some_twice()
    {
        var sent = new MessageGenerator().Generate(1000).ToArray();
        var delivered = Delivery.Shuffle(sent, seed: 5, duplicates: 0.05);

        Assert.Equal(sent.OrderBy(static message => message.Time), delivered.Distinct().OrderBy(static message => message.Time));
        Assert.InRange(delivered.Count, 1020, 1080);
        Assert.Equal(delivered, Delivery.Shuffle(sent, seed: 5, duplicates: 0.05));
        Assert.NotEqual(sent, delivered.Distinct());
    }

    [Fact]
    public void Every_body_that_is_meant_to_be_JSON_is()
    {
        string[] bodies =
        [
            StiggMessages.Purge(("customer-1", null), ("customer-2", "site-1")),
            StiggMessages.EntitlementsWebhook("customer-1", "site-1"),
            StiggMessages.CreditBalance("customer-1", "credits", 100, 12.5),
            StiggMessages.PackagePublished(),
            StiggMessages.Unknown("some.thing", "customer-1"),
            StiggMessages.InSns(StiggMessages.PackagePublished()),
            StiggMessages.InEventBridge(StiggMessages.PackagePublished(), "packagePublished"),
        ];

        Assert.All(bodies, static body => Assert.IsType<JsonObject>(JsonNode.Parse(body)));
    }
}
