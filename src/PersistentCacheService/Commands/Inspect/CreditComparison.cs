using System.Text.Json;
using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Inspect;

/// <summary>A credit's entry beside what this worker would write: nothing public settles its name and members (CONTRACT 2), an entry that an SDK wrote does.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="OurName">The name this worker would give it; null: the entry has no currency id that could be found.</param>
/// <param name="Differences">What is different; empty: nothing.</param>
/// <param name="Advice">What follows from it; null: nothing.</param>
internal sealed record CreditComparison(string Name, string? OurName, IReadOnlyList<string> Differences, string? Advice)
{
    /// <summary>Compares every credit of a snapshot.</summary>
    public static IReadOnlyList<CreditComparison> AllOf(CacheSnapshot snapshot, CacheSettings settings) =>
        [.. snapshot.Items.Where(static item => item.Type == "CREDIT").Select(item => Of(item, settings.CreditKeyPrefix))];

    private static CreditComparison Of(CachedItem item, string prefix)
    {
        var members = new List<string>();
        Compare(item.Entry, OurCreditEntry.Fullest, OurCreditEntry.Barest, "", item.CurrencyId, members);
        var ourName = item.CurrencyId is { } id ? prefix + id : null;
        var differences = ourName == item.Name ? members : [ourName is null ? "its currency id is nowhere" : $"name: ours would be {ourName}", .. members];
        string?[] advice =
        [
            ourName is null || ourName == item.Name ? null : NameAdvice(item.Name, item.CurrencyId!),
            members.Count > 0 ? "no setting changes members: if an SDK wrote the entry, report them with its version" : null,
        ];
        return new CreditComparison(item.Name, ourName, differences, differences.Count == 0 ? null : string.Join("; ", advice.Where(static part => part is not null)));
    }

    private static string NameAdvice(string name, string currencyId) => name.EndsWith(currencyId, StringComparison.Ordinal)
        ? $"if an SDK wrote the entry, set {SharedVariables.CreditKeyPrefix.Name}={(name.Length == currencyId.Length ? "none" : name[..^currencyId.Length])}"
        : "no setting makes this name: if an SDK wrote the entry, report it with its version";

    /// <summary>Goes down as far as our entry does; what it holds as an empty object is passed on as received.</summary>
    private static void Compare(JsonElement theirs, JsonElement fullest, JsonElement barest, string path, string? currencyId, List<string> differences)
    {
        foreach (var ours in fullest.EnumerateObject())
        {
            var name = path + ours.Name;
            var isAlwaysThere = barest.TryGetProperty(ours.Name, out var bare);
            if (!theirs.TryGetProperty(ours.Name, out var their))
            {
                if (isAlwaysThere)
                {
                    differences.Add($"{name}: missing, ours always has it");
                }
            }
            else if (Kind(their) != Kind(ours.Value) && Kind(their) != Kind(bare))
            {
                differences.Add($"{name}: {Kind(their)}, ours is {Kind(ours.Value)}");
            }
            else if (their.ValueKind == JsonValueKind.Object && ours.Value.EnumerateObject().Any())
            {
                Compare(their, ours.Value, bare, name + ".", currencyId, differences);
            }
            else if (their.ValueKind == JsonValueKind.String && ours.Value.ValueEquals(OurCreditEntry.CurrencyId) && !their.ValueEquals(currencyId))
            {
                differences.Add($"{name}: {their}, ours is the currency id");
            }
        }

        foreach (var their in theirs.EnumerateObject())
        {
            if (!fullest.TryGetProperty(their.Name, out _))
            {
                differences.Add($"{path}{their.Name}: ours has no such member");
            }
        }
    }

    private static string? Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => null,
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };
}
