using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Tests.Contract;
using PersistentCacheService.Tests.Messages;

namespace PersistentCacheService.Tests.Caching;

public sealed class HostileMessagesTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Inputs = 100_000;
    private const int Seed = 20261121;
    private const int InFlight = 256;

    private static readonly string[] Suffixes = ["", ":metadata"];
    private static readonly string[] KeyFragments = ["#timestamp", ":metadata", ":r_", ":f_", ":credit_"];

    [SkippableFact]
    public async Task Damaged_messages_never_throw_never_leak_content_and_never_write_outside_their_customer()
    {
        await redis.StartEmptyAsync();
        var mutator = new BodyMutator(new Random(Seed), Bodies());
        var cache = redis.Cache(RedisFixture.Upsert with { Layout = CacheLayout.Dual });
        var pending = new Queue<Task>();
        var allowed = new HashSet<string>();
        var byType = new Dictionary<string, int>();
        for (var input = 0; input < Inputs; input++)
        {
            var body = mutator.Next();
            using var operation = DecodeOrFail(body, input);
            byType[operation.GetType().Name] = byType.GetValueOrDefault(operation.GetType().Name) + 1;
            Assert.DoesNotContain(BodyMutator.Marker, (operation as Malformed)?.Reason ?? "", StringComparison.Ordinal);
            if (operation is SetCustomer or UpdateUsage or Purge)
            {
                AllowKeys(operation, allowed);
                pending.Enqueue(cache.ApplyAsync(operation, CancellationToken.None).AsTask());
            }

            while (pending.Count > InFlight)
            {
                await pending.Dequeue();
            }
        }

        await Task.WhenAll(pending);
        var stored = await redis.Reader.ReadAllAsync();
        Assert.Empty(stored.Keys.Except(allowed));
        Assert.All(stored, static entry => AssertReadable(entry.Key, entry.Value.Value!));
        Assert.True(byType.Count >= 6 && byType.Values.All(static count => count > 100), string.Join(' ', byType));
    }

    private static CacheOperation DecodeOrFail(byte[] body, int input)
    {
        try
        {
            return MessageDecoder.Decode(body, new MessageOrigin(DecodedAs.SentTimestamp, DeclaredType: null));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Input {input} of seed {Seed} threw: {Convert.ToBase64String(body)}", exception);
        }
    }

    private static List<string> Bodies()
    {
        var bodies = ContractFile.Read(ContractFile.DecodeVectors)["vectors"]!.AsArray().Select(static vector => (string)vector!["body"]!);
        var messages = ContractFile.Read(ContractFile.Vectors).AsArray().Select(static vector => vector!["message"]!.ToJsonString());
        return [.. bodies.Concat(messages).Where(static body => body.Length < 20_000)];
    }

    /// <summary>The keys of the customer an operation names, built here from the contract's table and by nothing of the product.</summary>
    private static void AllowKeys(CacheOperation operation, HashSet<string> allowed)
    {
        if (operation.Customer.IsEmpty)
        {
            return;
        }

        var resource = operation.Customer.ResourceIdText is { } id ? $":r_{Innocent(id)}" : "";
        var key = $"production:c_{Innocent(operation.Customer.CustomerIdText)}{resource}";
        var suffixes = operation switch
        {
            SetCustomer set => Suffixes.Concat(set.Entitlements.ToArray().Select(static e => UsageSuffix(e.Kind, e.Id))),
            UpdateUsage update => update.Items.ToArray().Select(static item => UsageSuffix(item.Kind, item.Id)),
            _ => [],
        };
        foreach (var suffix in suffixes)
        {
            allowed.Add(key + suffix);
            allowed.Add($"{key}{suffix}#timestamp");
        }
    }

    private static string UsageSuffix(EntitlementKind kind, ReadOnlyMemory<byte> id) =>
        $":{(kind == EntitlementKind.Feature ? "f" : "credit")}_{Innocent(Encoding.UTF8.GetString(id.Span))}";

    private static string Innocent(string id)
    {
        Assert.All(KeyFragments, fragment => Assert.DoesNotContain(fragment, id, StringComparison.Ordinal));
        return id;
    }

    private static void AssertReadable(string key, string value)
    {
        var parsed = JsonNode.Parse(value);
        var isTimestamp = key.EndsWith("#timestamp", StringComparison.Ordinal);
        Assert.True(isTimestamp ? parsed is JsonValue : parsed is JsonObject, $"{key} holds {value}");
    }
}
