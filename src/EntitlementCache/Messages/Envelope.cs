using System.Text;
using System.Text.Json;
using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>
/// Unwraps a message (CONTRACT 5): SNS, EventBridge, GraphQL result, type and payload, type in an attribute, or only the members; at most four layers.
/// </summary>
internal sealed class Envelope : IDisposable
{
    /// <summary>Most layers that are unwrapped.</summary>
    public const int MaxLayers = 4;

    private static readonly string[] Discriminators = ["type", "eventType", "messageType", "event", "__typename"];
    private static readonly string[] Payloads = ["payload", "data", "message", "body"];
    private static readonly string[] ReplayPayloads = ["event", .. Payloads];
    private static readonly MemberTable Names = new([
        "Type", "Message", "MessageAttributes", "detail-type", "detail", .. Discriminators, .. Payloads, "customerId", "entitlements",
        "entitlementReference", "usage", "featureId", "currentUsage"]);

    private static readonly string[] GraphQlFields =
        ["entitlementsUpdated", "entitlementsUpdatedV2", "usageUpdated", "usageUpdatedV2", "packagePublished", "creditBalanceUpdated", "consumeCredits"];

    private static readonly MemberTable GraphQlNames = new(GraphQlFields);
    private static readonly MemberTable UsageNames = new("featureId");
    private static readonly MemberTable AttributeNames = new([.. MessageOrigin.AttributeNames]);
    private static readonly MemberTable AttributeMembers = new("Type", "Value");

    private readonly DecodeTrail? _trail;
    private string? _snsAttribute;
    private bool _isPayload;
    private bool _isReplayed;
    private int _layers;

    private Envelope(JsonDocument document, DecodeTrail? trail) => (Document, Payload, _trail) = (document, document.RootElement, trail);

    /// <summary>The text that holds the payload: the body, or what an outer layer carried as a string.</summary>
    public JsonDocument Document { get; private set; }

    /// <summary>The payload, an object.</summary>
    public JsonElement Payload { get; private set; }

    /// <summary>Kind of message; <see cref="MessageType.None"/> until it is open.</summary>
    public MessageType Type { get; private set; }

    /// <summary>Name of an unknown type, safe to log; null for the others.</summary>
    public string? UnknownType { get; private set; }

    /// <summary>Unwraps a body.</summary>
    /// <param name="body">UTF-8 text, which must outlive the envelope.</param>
    /// <param name="origin">What the queue says about the message.</param>
    /// <param name="trail">Learns which envelopes were opened; null: not wanted.</param>
    /// <exception cref="MalformedMessageException">Not JSON, not an object, wrapped too often, or of no known shape.</exception>
    public static Envelope Open(ReadOnlyMemory<byte> body, in MessageOrigin origin, DecodeTrail? trail = null)
    {
        var envelope = new Envelope(JsonBody.Parse(body), trail);
        try
        {
            while (envelope.TakeOffLayer(origin))
            {
                if (++envelope._layers > MaxLayers)
                {
                    throw new MalformedMessageException($"wrapped in more than {MaxLayers} envelopes");
                }
            }

            return envelope;
        }
        catch
        {
            envelope.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Document.Dispose();

    /// <returns>False when the payload is reached.</returns>
    private bool TakeOffLayer(in MessageOrigin origin)
    {
        if (Payload.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedMessageException(_layers == 0 ? "the body is not an object" : "the payload is not an object");
        }

        var members = new JsonMembers(Names, Payload, JsonPath.Payload);
        return TryEnterSns(in members) || TryEnterEventBridge(in members) || TryEnterGraphQl(in members) || TryEnterGeneric(in members, origin);
    }

    private bool TryEnterSns(ref readonly JsonMembers members)
    {
        var message = members.ValueOf("Message");
        if (message.ValueKind != JsonValueKind.String || !JsonText.Says(members.ValueOf("Type"), "Notification"u8))
        {
            return false;
        }

        _snsAttribute ??= FindSnsAttribute(members.ValueOf("MessageAttributes"));
        EnterText("Message", Unescaped(message));
        return true;
    }

    /// <summary>The type in the attributes of the SNS envelope: <c>{"type":{"Type":"String","Value":".."}}</c>.</summary>
    private static string? FindSnsAttribute(JsonElement attributes)
    {
        var named = new JsonMembers(AttributeNames, ObjectOrNone(attributes), JsonPath.Payload);
        foreach (var name in MessageOrigin.AttributeNames)
        {
            var attribute = new JsonMembers(AttributeMembers, ObjectOrNone(named.ValueOf(name)), JsonPath.Payload);
            if (MessageOrigin.IsText(TextOf(attribute.ValueOf("Type"))) && TextOf(attribute.ValueOf("Value")) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    private static JsonElement ObjectOrNone(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value : default;

    private static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && JsonText.TryUnescape(JsonText.Contents(value), out var text) ? Encoding.UTF8.GetString(text.Span) : null;

    private bool TryEnterEventBridge(ref readonly JsonMembers members)
    {
        var (type, detail) = (members.ValueOf("detail-type"), members.ValueOf("detail"));
        if (type.ValueKind != JsonValueKind.String || detail.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        Declare(type);
        _trail?.Enter("detail");
        Payload = detail;
        return true;
    }

    private bool TryEnterGraphQl(ref readonly JsonMembers members)
    {
        var fields = new JsonMembers(GraphQlNames, ObjectOrNone(members.ValueOf("data")), JsonPath.Payload);
        string? only = null;
        foreach (var field in GraphQlFields)
        {
            if (!fields.IsPresent(field))
            {
                continue;
            }

            if (only is not null)
            {
                return false;
            }

            only = field;
        }

        if (only is null)
        {
            return false;
        }

        Declare(Encoding.UTF8.GetBytes(only));
        _trail?.Enter($"data.{only}");
        Payload = fields.ValueOf(only);
        _isPayload = true;
        return true;
    }

    private bool TryEnterGeneric(ref readonly JsonMembers members, in MessageOrigin origin)
    {
        var discriminator = FindDiscriminator(in members);
        var isTyped = discriminator.ValueKind != JsonValueKind.Undefined;
        if (_isPayload)
        {
            // A type inside a payload is data, unless it names a message: then it is an envelope in an envelope.
            var isEnvelope = isTyped && (Type == MessageType.Unknown || MessageTypes.Resolve(discriminator) != MessageType.Unknown);
            if (!isEnvelope)
            {
                return false;
            }
        }

        if (isTyped)
        {
            Declare(discriminator);
        }
        else if (Type == MessageType.None && !_isReplayed && (_snsAttribute ?? origin.DeclaredType) is { Length: > 0 } attribute)
        {
            Declare(Encoding.UTF8.GetBytes(attribute));
        }
        else if (Type == MessageType.None)
        {
            Type = RecogniseMembers(in members);
            return false;
        }

        return Type == MessageType.WebhookReplayed ? TryEnterReplayed(in members) : TryEnterPayload(in members, Payloads);
    }

    /// <summary>A replayed event is a message of its own: only its own type counts.</summary>
    private bool TryEnterReplayed(ref readonly JsonMembers members)
    {
        if (!TryEnterPayload(in members, ReplayPayloads))
        {
            return false;
        }

        (_isReplayed, _isPayload, Type) = (true, false, MessageType.None);
        return true;
    }

    /// <returns>The first discriminator that is there, <c>default</c> without one.</returns>
    private JsonElement FindDiscriminator(ref readonly JsonMembers members)
    {
        foreach (var name in Discriminators)
        {
            var value = members.ValueOf(name);
            if (value.ValueKind == JsonValueKind.String)
            {
                return value;
            }

            if (value.ValueKind != JsonValueKind.Undefined && !_isPayload && name != "event")
            {
                throw members.Refused(name, "is not a string");
            }
        }

        return default;
    }

    private bool TryEnterPayload(ref readonly JsonMembers members, string[] names)
    {
        foreach (var name in names)
        {
            var value = members.ValueOf(name);
            switch (value.ValueKind)
            {
                case JsonValueKind.Undefined:
                    continue;
                case JsonValueKind.Object:
                    _trail?.Enter(name);
                    Payload = value;
                    _isPayload = true;
                    return true;
                case JsonValueKind.String:
                    var text = Unescaped(value);
                    if (!text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
                    {
                        // A text to show, beside an inline payload.
                        continue;
                    }

                    EnterText(name, text);
                    _isPayload = true;
                    return true;
                default:
                    throw members.Refused(name, "is not an object");
            }
        }

        return false;
    }

    private MessageType RecogniseMembers(ref readonly JsonMembers members)
    {
        if (members.IsPresent("customerId") && members.ValueOf("entitlements").ValueKind == JsonValueKind.Array)
        {
            return MessageType.EntitlementsUpdated;
        }

        var usage = members.ValueOf("usage");
        if (usage.ValueKind == JsonValueKind.Object &&
            (members.IsPresent("entitlementReference") || new JsonMembers(UsageNames, usage, JsonPath.Payload).IsPresent("featureId")))
        {
            return MessageType.UsageUpdated;
        }

        if (members.IsPresent("featureId") && members.IsPresent("customerId") && members.IsPresent("currentUsage"))
        {
            return MessageType.UsageUpdated;
        }

        return _isReplayed ? MessageType.WebhookReplayed : throw new MalformedMessageException("no type, and the members tell none");
    }

    private void Declare(JsonElement name) => Declare(MessageTypes.Resolve(name), JsonText.Contents(name));

    private void Declare(ReadOnlySpan<byte> name) => Declare(MessageTypes.Resolve(name), name);

    /// <summary>A known type is not replaced by an unknown one.</summary>
    private void Declare(MessageType type, ReadOnlySpan<byte> name)
    {
        if (type != MessageType.Unknown)
        {
            (Type, UnknownType) = (type, null);
        }
        else if (Type is MessageType.None)
        {
            (Type, UnknownType) = (type, MessageTypes.Printable(name));
        }
    }

    private static ReadOnlyMemory<byte> Unescaped(JsonElement text) => JsonText.TryUnescape(JsonText.Contents(text), out var unescaped)
        ? unescaped
        : throw new MalformedMessageException("the text of an envelope has half a surrogate pair");

    private void EnterText(string member, ReadOnlyMemory<byte> text)
    {
        _trail?.Enter(member, isText: true);
        var inner = JsonBody.Parse(text);
        Document.Dispose();
        (Document, Payload) = (inner, inner.RootElement);
    }
}
