using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>
/// Takes the transport wrapping off a message (CONTRACT 5): SNS, EventBridge, GraphQL result, generic type-and-payload, type in an attribute,
/// or nothing but the members; at most four layers.
/// </summary>
internal sealed class Envelope : IDisposable
{
    /// <summary>Layers that are taken off at most.</summary>
    public const int MaxLayers = 4;

    private static readonly MemberTable Names = new();
    private static readonly int SnsType = Names.Add("Type");
    private static readonly int SnsMessage = Names.Add("Message");
    private static readonly int SnsAttributes = Names.Add("MessageAttributes");
    private static readonly int DetailType = Names.Add("detail-type");
    private static readonly int Detail = Names.Add("detail");
    private static readonly int Data = Names.Add("data");
    private static readonly int Event = Names.Add("event");
    private static readonly int[] Discriminators =
        [Names.Add("type"), Names.Add("eventType"), Names.Add("messageType"), Event, Names.Add("__typename")];

    private static readonly int[] Payloads = [Names.Add("payload"), Data, Names.Add("message"), Names.Add("body")];
    private static readonly int[] ReplayPayloads = [Event, .. Payloads];
    private static readonly int CustomerId = Names.Add("customerId");
    private static readonly int Entitlements = Names.Add("entitlements");
    private static readonly int EntitlementReference = Names.Add("entitlementReference");
    private static readonly int Usage = Names.Add("usage");
    private static readonly int FeatureId = Names.Add("featureId");
    private static readonly int CurrentUsage = Names.Add("currentUsage");

    private static readonly MemberTable GraphQlFields = new();
    private static readonly string[] GraphQlFieldNames =
        ["entitlementsUpdated", "entitlementsUpdatedV2", "usageUpdated", "usageUpdatedV2", "packagePublished", "creditBalanceUpdated", "consumeCredits"];

    private static readonly MemberTable UsageNames = new();
    private static readonly int UsageFeatureId = UsageNames.Add("featureId");

    private static readonly MemberTable AttributeNames = new();
    private static readonly int[] AttributesWithType = [.. MessageOrigin.AttributeNames.Select(AttributeNames.Add)];

    private static readonly MemberTable AttributeMembers = new();
    private static readonly int AttributeType = AttributeMembers.Add("Type");
    private static readonly int AttributeValue = AttributeMembers.Add("Value");

    private string? _snsAttribute;
    private bool _isPayload;
    private bool _isReplayed;
    private int _layers;

    static Envelope()
    {
        foreach (var name in GraphQlFieldNames)
        {
            GraphQlFields.Add(name);
        }
    }

    private Envelope(JsonTape tape) => Tape = tape;

    /// <summary>The text that holds the payload: the body, or what an outer layer carried as a string.</summary>
    public JsonTape Tape { get; private set; }

    /// <summary>The payload, an object on the tape.</summary>
    public int Payload { get; private set; }

    /// <summary>Kind of message; <see cref="MessageType.None"/> only until it is open.</summary>
    public MessageType Type { get; private set; }

    /// <summary>Name of an unknown type, safe to log; null for the others.</summary>
    public string? UnknownType { get; private set; }

    /// <summary>Unwraps a body.</summary>
    /// <exception cref="MalformedMessageException">Not JSON, not an object, wrapped too often, or without any hint what it is.</exception>
    public static Envelope Open(ReadOnlyMemory<byte> body, in MessageOrigin origin)
    {
        var envelope = new Envelope(JsonTape.Parse(body));
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
    public void Dispose() => Tape.Dispose();

    /// <returns>False when the payload is reached.</returns>
    private bool TakeOffLayer(in MessageOrigin origin)
    {
        if (Tape[Payload].Kind != JsonKind.Object)
        {
            throw new MalformedMessageException(_layers == 0 ? "the body is not an object" : "the payload is not an object");
        }

        Span<int> values = stackalloc int[Names.Count];
        Names.Locate(Tape, Payload, values);
        return TryEnterSns(values) || TryEnterEventBridge(values) || TryEnterGraphQl(values) || TryEnterGeneric(values, origin);
    }

    private bool TryEnterSns(ReadOnlySpan<int> values)
    {
        if (values[SnsType] == 0 || values[SnsMessage] == 0 || !Tape.TextEquals(values[SnsType], "Notification"u8) ||
            Tape[values[SnsMessage]].Kind != JsonKind.String)
        {
            return false;
        }

        _snsAttribute ??= FindSnsAttribute(values[SnsAttributes]);
        EnterText(Unescaped(values[SnsMessage]));
        return true;
    }

    /// <summary>The type among the attributes that SNS wraps with the message: <c>{"type":{"Type":"String","Value":".."}}</c>.</summary>
    private string? FindSnsAttribute(int node)
    {
        if (node == 0 || Tape[node].Kind != JsonKind.Object)
        {
            return null;
        }

        Span<int> attributes = stackalloc int[AttributeNames.Count];
        AttributeNames.Locate(Tape, node, attributes);
        Span<int> members = stackalloc int[AttributeMembers.Count];
        foreach (var name in AttributesWithType)
        {
            if (attributes[name] == 0 || Tape[attributes[name]].Kind != JsonKind.Object)
            {
                continue;
            }

            AttributeMembers.Locate(Tape, attributes[name], members);
            if (members[AttributeType] != 0 && members[AttributeValue] != 0 && Tape[members[AttributeValue]].Kind == JsonKind.String &&
                MessageOrigin.IsText(Text(members[AttributeType])) && Text(members[AttributeValue]) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    private string Text(int node) => System.Text.Encoding.UTF8.GetString(Tape.TryGetUnescaped(node, out var text) ? text.Span : default);

    private bool TryEnterEventBridge(ReadOnlySpan<int> values)
    {
        if (values[DetailType] == 0 || values[Detail] == 0 || Tape[values[DetailType]].Kind != JsonKind.String ||
            Tape[values[Detail]].Kind != JsonKind.Object)
        {
            return false;
        }

        Declare(values[DetailType]);
        Payload = values[Detail];
        return true;
    }

    private bool TryEnterGraphQl(ReadOnlySpan<int> values)
    {
        if (values[Data] == 0 || Tape[values[Data]].Kind != JsonKind.Object)
        {
            return false;
        }

        Span<int> fields = stackalloc int[GraphQlFieldNames.Length];
        GraphQlFields.Locate(Tape, values[Data], fields);
        var field = fields.IndexOfAnyExcept(0);
        if (field < 0 || fields[(field + 1)..].ContainsAnyExcept(0))
        {
            return false;
        }

        Declare(fields[field] - 1);
        Payload = fields[field];
        _isPayload = true;
        return true;
    }

    private bool TryEnterGeneric(ReadOnlySpan<int> values, in MessageOrigin origin)
    {
        var discriminator = FindDiscriminator(values);
        if (_isPayload)
        {
            // What a payload calls its type is data, unless it names another message: then it is an envelope in an envelope.
            var isEnvelope = discriminator != 0 && (Type == MessageType.Unknown || MessageTypes.Resolve(Tape, discriminator) != MessageType.Unknown);
            if (!isEnvelope)
            {
                return false;
            }
        }

        if (discriminator != 0)
        {
            Declare(discriminator);
        }
        else if (Type == MessageType.None && !_isReplayed && (_snsAttribute ?? origin.DeclaredType) is { Length: > 0 } attribute)
        {
            DeclareByAttribute(attribute);
        }
        else if (Type == MessageType.None)
        {
            Type = RecogniseMembers(values);
            return false;
        }

        return Type == MessageType.WebhookReplayed ? TryEnterReplayed(values) : TryEnterPayload(values, Payloads);
    }

    /// <summary>What is replayed is a message of its own: its type counts, and nothing that was declared outside.</summary>
    private bool TryEnterReplayed(ReadOnlySpan<int> values)
    {
        if (!TryEnterPayload(values, ReplayPayloads))
        {
            return false;
        }

        (_isReplayed, _isPayload, Type) = (true, false, MessageType.None);
        return true;
    }

    /// <returns>Token of the first discriminator that is there, 0 without one.</returns>
    private int FindDiscriminator(ReadOnlySpan<int> values)
    {
        foreach (var name in Discriminators)
        {
            var node = values[name];
            if (node == 0 || Tape[node].Kind == JsonKind.Null)
            {
                continue;
            }

            if (Tape[node].Kind == JsonKind.String)
            {
                return node;
            }

            if (!_isPayload && name != Event)
            {
                throw new MalformedMessageException($"{Names.NameOf(name)} is not a string");
            }
        }

        return 0;
    }

    private bool TryEnterPayload(ReadOnlySpan<int> values, ReadOnlySpan<int> names)
    {
        foreach (var name in names)
        {
            var node = values[name];
            switch (node == 0 ? JsonKind.Null : Tape[node].Kind)
            {
                case JsonKind.Null:
                    continue;
                case JsonKind.Object:
                    Payload = node;
                    _isPayload = true;
                    return true;
                case JsonKind.String:
                    var text = Unescaped(node);
                    if (!text.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8))
                    {
                        // Words for people beside an inline payload.
                        continue;
                    }

                    EnterText(text);
                    _isPayload = true;
                    return true;
                default:
                    throw new MalformedMessageException($"{Names.NameOf(name)} is not an object");
            }
        }

        return false;
    }

    private MessageType RecogniseMembers(ReadOnlySpan<int> values)
    {
        if (values[CustomerId] != 0 && values[Entitlements] != 0 && Tape[values[Entitlements]].Kind == JsonKind.Array)
        {
            return MessageType.EntitlementsUpdated;
        }

        if (values[Usage] != 0 && Tape[values[Usage]].Kind == JsonKind.Object)
        {
            Span<int> usage = stackalloc int[1];
            UsageNames.Locate(Tape, values[Usage], usage);
            if (values[EntitlementReference] != 0 || usage[UsageFeatureId] != 0)
            {
                return MessageType.UsageUpdated;
            }
        }

        if (values[FeatureId] != 0 && values[CustomerId] != 0 && values[CurrentUsage] != 0)
        {
            return MessageType.UsageUpdated;
        }

        return _isReplayed ? MessageType.WebhookReplayed : throw new MalformedMessageException("no type, and the members tell none");
    }

    /// <summary>Takes the type from a name on the tape; a known type is not replaced by an unknown one.</summary>
    private void Declare(int name)
    {
        var type = MessageTypes.Resolve(Tape, name);
        if (type != MessageType.Unknown)
        {
            (Type, UnknownType) = (type, null);
        }
        else if (Type is MessageType.None)
        {
            (Type, UnknownType) = (type, MessageTypes.Printable(Tape.Text(name)));
        }
    }

    private void DeclareByAttribute(string name)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(name);
        Type = MessageTypes.Resolve(utf8);
        UnknownType = Type == MessageType.Unknown ? MessageTypes.Printable(utf8) : null;
    }

    private ReadOnlyMemory<byte> Unescaped(int node) =>
        Tape.TryGetUnescaped(node, out var text) ? text : throw new MalformedMessageException("the text of an envelope has half a surrogate pair");

    private void EnterText(ReadOnlyMemory<byte> text)
    {
        var inner = JsonTape.Parse(text);
        Tape.Dispose();
        Tape = inner;
        Payload = 0;
    }
}
