using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Messages;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.Tests.Messages;

namespace PersistentCacheService.FaultTests.HostileInput;

/// <summary>Damaged messages by the million, and the largest ones that are legal.</summary>
public sealed class DecoderFuzzTests
{
    private const int Seed = 20261122;
    private const int LargestBody = 1024 * 1024;

    // What a decoder may allocate for a body: its index, proportional to the body, and the little of an operation.
    private const int BytesPerByte = 64;
    private const int BytesPerMessage = 64 * 1024;

    [Fact]
    public void Damaged_messages_never_make_the_decoder_throw_repeat_content_or_allocate_without_bound()
    {
        var inputs = FaultLength.Of(100_000, 5_000_000);
        var bodies = Bodies();
        var lanes = Environment.ProcessorCount;
        var malformed = 0;
        foreach (var body in bodies)
        {
            Decode(Encoding.UTF8.GetBytes(body)).Dispose(); // What is allocated once, for the types themselves, is no cost of a message.
        }

        Parallel.For(0, lanes, lane =>
        {
            var mutator = new BodyMutator(new Random(Seed + lane), bodies);
            for (var input = 0; input < inputs / lanes; input++)
            {
                if (IsMalformed(mutator.Next(), $"input {input} of seed {Seed + lane}"))
                {
                    Interlocked.Increment(ref malformed);
                }
            }
        });

        Assert.InRange(malformed, inputs / 20, inputs - (inputs / 20));
        new FaultRow(
            "Input", nameof(Damaged_messages_never_make_the_decoder_throw_repeat_content_or_allocate_without_bound), "Damaged messages",
            string.Create(CultureInfo.InvariantCulture, $"{inputs:#,0} mutations of the contract's vectors, as JSON and as bytes"), "200", "log 1201, never the body", "uninterrupted", inputs).Write();
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("\"\\u0041")]
    [InlineData("1")]
    [InlineData("{\"type\":\"usageUpdatedV2\",\"customerId\":\"c\",\"x\":[1,")]
    [InlineData("{\"type\":\"entitlementsUpdated\",\"customerId\":\"c\",\"entitlements\":[")]
    public void The_largest_body_allocates_in_proportion_to_its_length(string piece) =>
        AllocatesInProportion(length => string.Concat(Enumerable.Repeat(piece, length / piece.Length)));

    [Fact]
    public void The_largest_list_of_entitlements_allocates_in_proportion_to_its_length()
    {
        const string Entitlement = """{"__typename":"FeatureEntitlement","feature":{"refId":"f","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":1,"currentUsage":1,"usageUpdatedAt":1,"entitlementUpdatedAt":1}""";
        AllocatesInProportion(static length =>
        {
            var list = string.Join(',', Enumerable.Repeat(Entitlement, (length - 100) / (Entitlement.Length + 1)));
            return $$"""{"type":"entitlementsUpdated","customerId":"c","entitlements":[{{list}}]}""";
        });
    }

    // How long it takes is a row of the micro-benchmark.
    private static void AllocatesInProportion(Func<int, string> bodyOf)
    {
        var (half, whole) = (Allocated(bodyOf(LargestBody / 2)), Allocated(bodyOf(LargestBody)));

        Assert.True(whole <= ((long)LargestBody * BytesPerByte) + BytesPerMessage, $"{whole} bytes for a mebibyte");
        Assert.True(whole <= (3 * half) + BytesPerMessage, $"{whole} bytes for a mebibyte, and {half} for half of it"); // 2: linear; 4: quadratic.
    }

    private static long Allocated(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        Decode(body).Dispose(); // Fills the pools.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Decode(body).Dispose();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static bool IsMalformed(byte[] body, string which)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var operation = Decode(body);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= (body.Length * BytesPerByte) + BytesPerMessage, $"{which} allocated {allocated} bytes for {body.Length}");
            if (operation is Malformed malformed)
            {
                Assert.DoesNotContain(BodyMutator.Marker, malformed.Reason, StringComparison.Ordinal);
                return true;
            }

            return false;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{which} threw: {Convert.ToBase64String(body)}", exception);
        }
    }

    private static CacheOperation Decode(byte[] body) => MessageDecoder.Decode(body, new MessageOrigin(SentTimestamp: 1_777_630_200_000, DeclaredType: null));

    /// <summary>The contract's vectors: what messages look like, good and bad.</summary>
    internal static List<string> Bodies()
    {
        var decode = Read("decode-vectors.json")["vectors"]!.AsArray().Select(static vector => (string)vector!["body"]!);
        var apply = Read("vectors.json").AsArray().Select(static vector => vector!["message"]!.ToJsonString());
        return [.. decode.Concat(apply).Where(static body => body.Length is > 0 and < 20_000)];
    }

    private static JsonNode Read(string name)
    {
        using var stream = typeof(DecoderFuzzTests).Assembly.GetManifestResourceStream(name)!;
        return JsonNode.Parse(stream)!;
    }
}
