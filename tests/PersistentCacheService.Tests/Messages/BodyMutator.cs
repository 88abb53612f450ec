using System.Text;
using System.Text.Json.Nodes;

namespace PersistentCacheService.Tests.Messages;

/// <summary>Damages message bodies: sometimes as JSON (members exchanged, removed, retyped, renamed), sometimes as bytes.</summary>
/// <param name="random">Seeded by the test.</param>
/// <param name="bodies">Good and bad bodies to start from.</param>
internal sealed class BodyMutator(Random random, IReadOnlyList<string> bodies)
{
    /// <summary>Content no reason may repeat.</summary>
    public const string Marker = "s3cr3t-c0ntent";

    private static readonly string[] Texts =
    [
        "", Marker, "a:f_b", "x#timestamp", "y:metadata", ":r_", ":credit_z", "\0", "\u0085", "é😀", "CREDIT:k", "2026-05-01T10:00:00Z", "0001-01-01",
        "FEATURE", "CREDIT", "usageUpdatedV2", "cachePurge", "Notification", "{\"type\":\"purge\",\"customerId\":\"" + Marker + "\"}", "{", new('x', 256),
    ];

    private static readonly string[] Literals =
    [
        "0", "-0", "1e999", "-1e-999", "9007199254740993", "1.50", "8640000000000001", "null", "true", "false", "[]", "{}", "[[[[1]]]]",
        "\"\\u0000\"", "{\"id\":\"" + Marker + "\"}",
    ];

    public byte[] Next()
    {
        var body = bodies[random.Next(bodies.Count)];
        if (random.Next(3) > 0 && Parse(body) is JsonObject document)
        {
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                Damage(document);
            }

            body = document.ToJsonString();
        }

        var utf8 = Encoding.UTF8.GetBytes(body);
        return random.Next(4) == 0 ? DamageBytes(utf8) : utf8;
    }

    private static JsonNode? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private void Damage(JsonObject document)
    {
        var containers = Containers(document).ToList();
        switch (containers[random.Next(containers.Count)])
        {
            case JsonObject { Count: > 0 } target:
                DamageObject(target, containers);
                break;
            case JsonArray array:
                array.Add(array.Count > 0 && random.Next(2) == 0 ? array[random.Next(array.Count)]?.DeepClone() : Value(containers));
                break;
            default:
                break;
        }
    }

    private void DamageObject(JsonObject target, List<JsonNode> containers)
    {
        var name = target.ElementAt(random.Next(target.Count)).Key;
        switch (random.Next(4))
        {
            case 0:
                target.Remove(name);
                break;
            case 1:
                var value = target[name];
                target.Remove(name);
                target[Texts[random.Next(Texts.Length)]] = value;
                break;
            default:
                target[name] = Value(containers);
                break;
        }
    }

    private JsonNode? Value(List<JsonNode> containers) => random.Next(3) switch
    {
        0 => Texts[random.Next(Texts.Length)],
        1 => JsonNode.Parse(Literals[random.Next(Literals.Length)]),
        _ => containers[random.Next(containers.Count)].DeepClone(),
    };

    private static IEnumerable<JsonNode> Containers(JsonNode node)
    {
        if (node is not (JsonObject or JsonArray))
        {
            return [];
        }

        var children = node is JsonObject members ? members.Select(static member => member.Value) : (JsonArray)node;
        return children.OfType<JsonNode>().SelectMany(Containers).Prepend(node);
    }

    private byte[] DamageBytes(byte[] body)
    {
        var damaged = body.ToList();
        for (var times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(5))
            {
                case 4:
                    damaged.InsertRange(at, "\\ud800"u8);
                    break;
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at));
                    break;
                case 2:
                    damaged.Insert(at, (byte)"\"\\{}[]:,u0e-"[random.Next(12)]);
                    break;
                default:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 60), damaged.Count - at)));
                    break;
            }
        }

        return [.. damaged];
    }
}
