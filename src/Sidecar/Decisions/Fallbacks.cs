using System.Collections.Frozen;
using System.Text.Json;
using EntitlementCache.Messages.Json;
using Sidecar.Reading;

namespace Sidecar.Decisions;

/// <summary>The fallbacks of the configuration (<c>ENTITLEMENTS_FALLBACK</c>), by feature id.</summary>
internal sealed class Fallbacks
{
    /// <summary>No fallback configured.</summary>
    public static readonly Fallbacks None = new(FrozenDictionary<string, Fallback>.Empty);

    private Fallbacks(FrozenDictionary<string, Fallback> byFeature) => ByFeature = byFeature;

    /// <summary>All of them.</summary>
    public FrozenDictionary<string, Fallback> ByFeature { get; }

    /// <summary>The call's own, else the configured one, else no access.</summary>
    public Fallback Choose(Fallback? ofCall, string id) => ofCall ?? ByFeature.GetValueOrDefault(id) ?? Fallback.Denied;

    /// <summary>Reads the variable's text: an object of <c>{hasAccess, usageLimit?, isUnlimited?, value?, enumValues?}</c>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="problem">What is wrong with it; null: nothing.</param>
    public static Fallbacks Parse(string json, out string? problem)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var read = new Dictionary<string, Fallback>();
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problem = "is not a JSON object";
                return None;
            }

            foreach (var entry in document.RootElement.EnumerateObject())
            {
                var feature = LenientText.Decode(JsonText.NameOf(entry));
                if (Mistake(entry.Value) is { } mistake)
                {
                    problem = $"has {mistake} for '{feature}'";
                    return None;
                }

                read[feature] = Read(entry.Value);
            }

            problem = null;
            return new Fallbacks(read.ToFrozenDictionary());
        }
        catch (JsonException)
        {
            problem = "is not JSON";
            return None;
        }
    }

    /// <summary>What would otherwise be taken for not being there; null: nothing.</summary>
    private static string? Mistake(JsonElement value)
    {
        if (value.Object("hasAccess").ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return "no boolean hasAccess";
        }

        if (value.Object("isUnlimited").ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null or JsonValueKind.Undefined))
        {
            return "an isUnlimited that is no boolean";
        }

        foreach (var name in (ReadOnlySpan<string>)["usageLimit", "value"])
        {
            if (value.Object(name).ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) && value.Number(name) is null)
            {
                return $"a {name} that is no number";
            }
        }

        var values = value.Object("enumValues");
        return values.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined || (values.ValueKind == JsonValueKind.Array && value.Texts("enumValues").Count == values.GetArrayLength())
            ? null
            : "enumValues that are no list of strings";
    }

    private static Fallback Read(JsonElement value) => new()
    {
        HasAccess = value.Flag("hasAccess"),
        UsageLimit = value.Number("usageLimit"),
        IsUnlimited = value.Object("isUnlimited").ValueKind is JsonValueKind.True or JsonValueKind.False ? value.Flag("isUnlimited") : null,
        Value = value.Number("value") is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null,
        EnumValues = value.Texts("enumValues"),
    };
}
