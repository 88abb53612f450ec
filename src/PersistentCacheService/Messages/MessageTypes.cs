using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>
/// The table of types (CONTRACT 5): what senders write into the discriminator, and what we make of it. Spelling does not matter: case, <c>.</c>,
/// <c>_</c>, <c>-</c> and a trailing V1 or V2 are taken away before names are compared, so one row covers GraphQL, event-log and webhook forms.
/// A customer-scoped event missing here is refreshed all the same, with a warning.
/// </summary>
internal static class MessageTypes
{
    private const int LongestKnownName = 64;
    private const int LongestLoggedName = 64;

    private static readonly FrozenDictionary<string, MessageType> Table = BuildTable();

    private static readonly FrozenDictionary<string, MessageType>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Table.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The kind a discriminator names, or <see cref="MessageType.Unknown"/>.</summary>
    public static MessageType Resolve(JsonTape tape, int node) =>
        tape.TryGetUnescaped(node, out var name) ? Resolve(name.Span) : MessageType.Unknown;

    /// <inheritdoc cref="Resolve(JsonTape, int)"/>
    public static MessageType Resolve(ReadOnlySpan<byte> name)
    {
        Span<char> normal = stackalloc char[LongestKnownName];
        var length = 0;
        foreach (var letter in name)
        {
            if (letter is (byte)'.' or (byte)'_' or (byte)'-')
            {
                continue;
            }

            if (length == normal.Length)
            {
                return MessageType.Unknown;
            }

            normal[length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (char)(letter | 0x20) : (char)letter;
        }

        normal = normal[..length];
        if (normal.EndsWith("v1") || normal.EndsWith("v2"))
        {
            normal = normal[..^2];
        }

        return ByName.TryGetValue(normal, out var type) ? type : MessageType.Unknown;
    }

    /// <summary>A type's name as it may be logged: at most 64 characters, control characters replaced.</summary>
    public static string Printable(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(LongestLoggedName);
        foreach (var scalar in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            if (text.Length >= LongestLoggedName - 1)
            {
                break;
            }

            var isPrintable = Rune.GetUnicodeCategory(scalar) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            text.Append(isPrintable ? scalar.ToString() : "?");
        }

        return text.ToString();
    }

    private static FrozenDictionary<string, MessageType> BuildTable()
    {
        var table = new Dictionary<string, MessageType>();
        Add(MessageType.EntitlementsUpdated, "entitlementsUpdated");
        Add(MessageType.UsageUpdated, "usageUpdated", "usageReported");
        Add(MessageType.MeasurementReported, "measurementReported");
        Add(MessageType.CreditBalanceUpdated, "creditBalanceUpdated");
        Add(MessageType.CachePurge, "cachePurge", "purge", "invalidate");
        Add(MessageType.CustomerDeleted, "customer.deleted", "customer.archived");
        Add(MessageType.CustomerUpdated, "customer.created", "customer.updated");

        // Credits: the pages of the webhook reference disagree about singular and plural and the order of words.
        AddAll(
            MessageType.CustomerChanged,
            ["credit.grant", "credits.grant", "credit", "credits"],
            ["created", "granted", "updated", "voided", "expired", "depleted", "low", "usageLow"]);
        AddAll(
            MessageType.CustomerChanged,
            ["credit.balance", "credits.balance"],
            ["low", "usageLow", "depleted"]);
        AddAll(
            MessageType.CustomerChanged,
            ["subscription", "subscriptions"],
            ["created", "updated", "canceled", "cancelled", "expired", "migrated", "migrationTriggered", "trialStarted", "trialEnded", "trialExpired", "usageUpdated"]);
        AddAll(
            MessageType.CustomerChanged,
            ["promotionalEntitlement", "promotionalEntitlements"],
            ["created", "granted", "updated", "revoked", "expired", "deleted"]);
        Add(
            MessageType.CustomerChanged,
            "recalculateEntitlementsTriggered",
            "customerEntitlementCalculationTriggered",
            "customerResourceEntitlementCalculationTriggered",
            "edgeApiCustomerDataResync",
            "entitlement.usageExceeded");

        Add(MessageType.NotCustomerScoped, "packagePublished", "environmentDeleted");
        AddAll(
            MessageType.NotCustomerScoped,
            ["plan", "addon", "feature", "coupon", "product", "package", "credit.type"],
            ["created", "updated", "deleted", "archived", "unarchived", "published"]);

        return table.ToFrozenDictionary();

        // TryAdd keeps the first row: no name means two things, several rows may spell the same name.
        void Add(MessageType type, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                table.TryAdd(name.Replace(".", "", StringComparison.Ordinal).ToLowerInvariant(), type);
            }
        }

        void AddAll(MessageType type, ReadOnlySpan<string> subjects, ReadOnlySpan<string> verbs)
        {
            foreach (var subject in subjects)
            {
                foreach (var verb in verbs)
                {
                    Add(type, subject + verb);
                }
            }
        }
    }
}
