using System.Globalization;
using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>What the decoder of this version says about a message.</summary>
/// <param name="Type">Kind of message.</param>
/// <param name="Reason">Why it cannot be read; null: it applies now.</param>
/// <param name="Path">The member that is wrong, from the payload on; null: no single one.</param>
/// <param name="Effect">What it does to the cache, for people; without ids.</param>
/// <param name="TakesQueueTime">Its payload has no time of its own: when it was sent decides which value is newer.</param>
internal sealed record Diagnosis(MessageType Type, string? Reason, string? Path, string Effect, bool TakesQueueTime)
{
    /// <summary>The group of those that the decoder takes.</summary>
    public const string Applies = "applies now";

    /// <summary>Whether a replay would be of use.</summary>
    public bool AppliesNow => Reason is null;

    /// <summary>The reason without positions, so that equal mistakes come together.</summary>
    public string Group { get; } = Reason is null ? Applies : GroupOf(Reason);

    /// <summary>Decodes a message for its own sake.</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <param name="origin">What the queue says about it.</param>
    /// <param name="trail">Learns the way to the payload; null: not wanted.</param>
    public static Diagnosis Of(ReadOnlyMemory<byte> body, in MessageOrigin origin, DecodeTrail? trail = null)
    {
        using var operation = MessageDecoder.Decode(body, origin, trail);
        if (operation is Malformed malformed)
        {
            return new Diagnosis(malformed.Type, malformed.Reason, malformed.Path, "nothing: it cannot be read", TakesQueueTime: false);
        }

        // What needs the time of the sending is refused without it.
        using var timeless = MessageDecoder.Decode(body, origin with { SentTimestamp = 0 });
        return new Diagnosis(operation.Type, null, null, EffectOf(operation), timeless is Malformed);
    }

    private static string EffectOf(CacheOperation operation) => operation switch
    {
        SetCustomer set => Text($"replaces a customer's entitlements ({set.Entitlements.Length:#,0} of them)"),
        UpdateUsage update => Text($"replaces {update.Items.Length} usage value{(update.Items.Length == 1 ? "" : "s")} of a customer"),
        Purge purge => Text($"purges {Customers(purge.Customers.Count)}"),
        Refresh refresh => Text($"fetches {Customers(refresh.Customers.Count)} anew from the Edge API"),
        Sweep => "fetches every cached customer anew with CACHE_SWEEP=1, else nothing",
        UnknownType => "nothing: its type is unknown, and it names no customer",
        _ => "nothing: the event changes no cached value",
    };

    private static string Customers(int count) => count == 1 ? "a customer" : Text($"{count:#,0} customers");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>entitlements[3].feature.id is missing</c> becomes <c>entitlements[].feature.id is missing</c>.</summary>
    private static string GroupOf(string reason)
    {
        const string NoJson = "not valid JSON";
        if (reason.StartsWith(NoJson, StringComparison.Ordinal))
        {
            return NoJson;
        }

        var text = new StringBuilder(reason.Length);
        var isIndex = false;
        foreach (var letter in reason)
        {
            isIndex = isIndex ? letter != ']' : letter == '[';
            if (!isIndex || letter == '[')
            {
                text.Append(letter);
            }
        }

        return text.ToString();
    }
}
