using System.Security.Cryptography;
using System.Text;
using LocalSqs.Generation;

namespace LocalSqs.Tests.Generation;

public sealed class MessageGeneratorTests
{
    // SHA-256 over the lines that the benchmark's JavaScript generator of the same load (the Node reference runs use it) prints for the same options: the two can check each other's drains.
    [Fact]
    public void Two_thousand_messages_are_byte_for_byte_those_of_the_javascript_generator() =>
        Assert.Equal("6a5af0c86b5bf21611495ad8457b2ab8ec6a33e388f98cddba7281e09905a242", Digest(new GeneratorOptions { Count = 2000 }));

    [Fact]
    public void Primed_messages_are_those_of_the_javascript_generator() => Assert.Equal(
        "b0de2de925d9ff39e9e9e9fcb408b276b0e8d9a3cac0960fc00033aded0288a4",
        Digest(new GeneratorOptions { Count = 1000, Customers = 50, Seed = 7, Prime = true, StartAt = 1_767_225_600_123 }));

    [Fact]
    public void The_default_mix_has_70_percent_usage_of_300_bytes_and_entitlements_of_7_kB()
    {
        var texts = MessageGenerator.Texts(new GeneratorOptions { Count = 2000 }).ToList();
        var usage = texts.Where(static text => text.StartsWith("""{"type":"usage""", StringComparison.Ordinal)).ToList();
        Assert.InRange(usage.Count, 1330, 1470);
        Assert.InRange(usage.Average(static text => text.Length), 290, 320);
        Assert.InRange(texts.Except(usage).Average(static text => text.Length), 7400, 7600);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_customer_may_have_other_than_ten_features(int features)
    {
        var options = new GeneratorOptions { Count = 40, Features = features };
        var texts = MessageGenerator.Texts(options).ToList();
        var entitlements = texts.Where(static text => text.StartsWith("""{"type":"entitlements""", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(entitlements);
        Assert.All(entitlements, text => Assert.Equal(features, System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("entitlements").GetArrayLength()));
        await using var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [new LocalQueueOptions("q")] });
        server.Queue("q").Fill(options);
        Assert.Equal(texts, server.Queue("q").Peek().Select(static message => message.Body));
    }

    [Fact]
    public async Task A_filled_queue_delivers_the_generated_texts_in_their_order()
    {
        var options = new GeneratorOptions { Count = 25, Seed = 3 };
        await using var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [new LocalQueueOptions("q")] });
        using var sqs = new SqsHttp(server);
        Assert.Equal(25, server.Queue("q").Fill(options));
        var expected = MessageGenerator.Texts(options).ToList();
        Assert.Equal(expected, server.Queue("q").Peek().Select(static message => message.Body));
        var received = new List<System.Text.Json.JsonElement>();
        for (var i = 0; i < 3; i++)
        {
            received.AddRange(await sqs.ReceiveAsync(server.QueueUrl("q")));
        }

        Assert.Equal(expected, received.Select(JsonElementExtensions.Body));
        Assert.All(received, static message => Assert.Equal(Md5(message.Body()), message.Text("MD5OfBody")));
    }

    private static string Digest(GeneratorOptions options) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(MessageGenerator.Texts(options).Select(static text => text + "\n")))));

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "SQS's digest is MD5.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
