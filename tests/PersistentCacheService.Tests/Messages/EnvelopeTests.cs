using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

public sealed class EnvelopeTests
{
    private const string Usage =
        """{"customerId":"customer-1","entitlementReference":{"id":"f","type":"FEATURE"},"usage":{"currentUsage":1,"usageUpdatedAt":5}}""";

    [Theory]
    [InlineData("""{"payload":PAYLOAD,"type":"usageUpdatedV2"}""")]
    [InlineData("""{"type":null,"eventType":"usageUpdatedV2","body":PAYLOAD}""")]
    [InlineData("""{"event":"usageUpdatedV2","payload":null,"data":PAYLOAD}""")]
    [InlineData("""{"id":"1","type":"next","payload":{"data":{"usageUpdatedV2":PAYLOAD}}}""")]
    [InlineData("""{"type":"envelope","payload":{"type":"usageUpdatedV2","payload":PAYLOAD}}""")]
    [InlineData("""{"detail-type":"usageUpdatedV2","detail":{"payload":PAYLOAD}}""")]
    [InlineData("""{"detail-type":"usageUpdatedV2","detail":PAYLOAD}""")]
    [InlineData("""{"type":"usageUpdatedV2","message":"for people","payload":PAYLOAD}""")]
    [InlineData("""{"typ\u0065":"usageUpdatedV2","\u0070ayload":PAYLOAD}""")]
    [InlineData("""{"type":"usageUpdatedV2","payload":TEXT}""")]
    [InlineData("""{"type":"REPLAY_WEBHOOK_EVENT","event":{"type":"usageUpdatedV2","payload":PAYLOAD}}""")]
    [InlineData("""{"type":"REPLAY_WEBHOOK_EVENT","payload":{"eventType":"usageUpdatedV2","data":PAYLOAD}}""")]
    [InlineData("""{"type":"replay.webhook.event","data":PAYLOAD}""")]
    [InlineData("""{"Type":"Notification","Message":TEXT,"MessageAttributes":{"eventType":{"Type":"String.label","Value":"USAGE_UPDATED"}}}""")]
    [InlineData("""{"Type":"Notification","Message":TEXT,"MessageAttributes":{"type":{"Type":"Binary","Value":"cachePurge"}}}""")]
    [InlineData("""{"Type":"Notification","Message":TEXT,"MessageAttributes":[]}""")]
    [InlineData("""{"Type":"Notification","Message":TEXT}""")]
    public void Payload_is_found_in(string envelope)
    {
        var body = envelope.Replace("PAYLOAD", Usage, StringComparison.Ordinal)
            .Replace("TEXT", JsonSerializer.Serialize("\n " + Usage), StringComparison.Ordinal);
        using var operation = DecodedAs.Operation<UpdateUsage>(body);

        Assert.Equal("customer-1", operation.Customer.CustomerIdText);
        Assert.Equal(5, operation.Items[0].Timestamp);
    }

    [Theory]
    [InlineData("usageUpdated", typeof(UpdateUsage))]
    [InlineData("usageUpdatedV2", typeof(UpdateUsage))]
    [InlineData("entitlementsUpdated", typeof(SetCustomer))]
    [InlineData("entitlementsUpdatedV2", typeof(SetCustomer))]
    [InlineData("consumeCredits", typeof(UpdateUsage))]
    [InlineData("packagePublished", typeof(Refresh))]
    [InlineData("creditBalanceUpdated", typeof(Refresh))]
    public void Graphql_field_names_the_type(string field, Type expected)
    {
        const string AllMembers = """
            {"customerId":"c","accessDeniedReason":"NoActiveSubscription","entitlements":[],"credit":{"currencyId":"k","currentUsage":1},
            "entitlementReference":{"id":"f","type":"FEATURE"},"usage":{"currentUsage":1,"usageUpdatedAt":5}}
            """;
        using var operation = DecodedAs.Any($$$"""{"data":{"{{{field}}}":{{{AllMembers}}}}}""");

        Assert.IsType(expected, operation);
        Assert.Equal(MessageTypes.Resolve(Encoding.UTF8.GetBytes(field)), operation.Type);
    }

    [Fact]
    public void Typename_names_the_type_of_a_wrapped_payload() =>
        DecodedAs.Operation<UpdateUsage>($$"""{"__typename":"usageUpdated","payload":{{Usage}}}""").Dispose();

    [Fact]
    public void Inner_message_of_another_known_type_counts() =>
        DecodedAs.Operation<UpdateUsage>($$$"""{"type":"entitlementsUpdated","data":{"type":"usageUpdated","data":{{{Usage}}}}}""").Dispose();

    [Fact]
    public void An_envelope_in_the_text_of_a_payload_is_opened()
    {
        var inner = JsonSerializer.Serialize($$"""{"type":"usageUpdatedV2","payload":{{Usage}}}""");

        DecodedAs.Operation<UpdateUsage>($$"""{"type":"envelope","payload":{{inner}}}""").Dispose();
    }

    [Theory]
    [InlineData("""{"data":{"usageUpdatedV2":PAYLOAD}}""")]
    [InlineData("""{"type":"usageUpdatedV2","payload":PAYLOAD}""")]
    [InlineData("""{"type":"usageUpdatedV2","payload":TEXT}""")]
    public void Type_of_a_payload_may_be_anything(string envelope)
    {
        var payload = Usage.Replace("{\"customerId\"", "{\"type\":5,\"customerId\"", StringComparison.Ordinal);

        DecodedAs.Operation<UpdateUsage>(envelope.Replace("PAYLOAD", payload, StringComparison.Ordinal)
            .Replace("TEXT", JsonSerializer.Serialize(payload), StringComparison.Ordinal)).Dispose();
    }

    [Fact]
    public void Attribute_of_the_notification_counts_before_the_one_of_the_queue_and_is_kept_through_layers()
    {
        var inner = JsonSerializer.Serialize($$"""{"payload":{{Usage}}}""");
        var outer = JsonSerializer.Serialize($$"""{"Type":"Notification","Message":{{inner}}}""");

        DecodedAs.Operation<UpdateUsage>(
            $$$$"""{"Type":"Notification","Message":{{{{outer}}}},"MessageAttributes":{"messageType":{"Type":"String","Value":"usageUpdated"}}}""", declaredType: "cachePurge").Dispose();
    }

    [Theory]
    [InlineData("""{"usage":{"currentUsage":1}}""")]
    [InlineData("""{"usage":1,"entitlementReference":{"id":"f"}}""")]
    [InlineData("""{"featureId":"f","customerId":"c"}""")]
    [InlineData("""{"featureId":"f","currentUsage":1}""")]
    [InlineData("""{"customerId":"c","currentUsage":1}""")]
    [InlineData("""{"customerId":"c","entitlements":{}}""")]
    public void Some_members_of_a_payload_tell_no_type(string body) =>
        Assert.Equal("no type, and the members tell none", DecodedAs.MalformedReason(body));

    [Fact]
    public void Type_member_of_a_known_payload_is_data()
    {
        using var operation = DecodedAs.Operation<UpdateUsage>(
            """{"type":"consumeCredits","payload":{"type":"PROMO","event":7,"data":{"a":1},"customerId":"c","credit":{"currencyId":"k","currentUsage":1}}}""");

        Assert.Equal(MessageType.CreditsConsumed, operation.Type);
    }

    [Fact]
    public void Two_graphql_fields_are_not_one_result() =>
        Assert.Equal("no type, and the members tell none", DecodedAs.MalformedReason("""{"data":{"usageUpdated":{},"usageUpdatedV2":{}}}"""));

    [Fact]
    public void Attribute_names_the_type_of_a_wrapped_payload()
    {
        using var operation = DecodedAs.Operation<UpdateUsage>($$"""{"payload":{{Usage}}}""", declaredType: "USAGE_UPDATED");

        Assert.Equal(MessageType.UsageUpdated, operation.Type);
    }

    [Theory]
    [InlineData("""{"type":"REPLAY_WEBHOOK_EVENT"}""")]
    [InlineData("""{"type":"REPLAY_WEBHOOK_EVENT","payload":{"webhookId":"w","customerId":"c"}}""")]
    public void Replay_without_an_event_inside_changes_nothing(string body)
    {
        Assert.Equal(MessageType.WebhookReplayed, DecodedAs.Operation<Ignore>(body).Type);
    }

    [Fact]
    public void Attribute_that_names_a_replay_is_asked_once()
    {
        using var operation = DecodedAs.Operation<UpdateUsage>($$"""{"event":{{Usage}}}""", declaredType: "REPLAY_WEBHOOK_EVENT");

        Assert.Equal(MessageType.UsageUpdated, operation.Type);
    }

    [Theory]
    [InlineData("String", true)]
    [InlineData("String.label", true)]
    [InlineData("Strings", false)]
    [InlineData("Number", false)]
    [InlineData("Binary", false)]
    [InlineData(null, false)]
    public void Attribute_counts_when_it_is_a_string(string? dataType, bool counts) => Assert.Equal(counts, MessageOrigin.IsText(dataType));

    [Fact]
    public void Attribute_with_an_unknown_type_is_reported_by_its_name() =>
        Assert.Equal("newThing", DecodedAs.Operation<UnknownType>("""{"a":1}""", declaredType: "newThing").Name);

    [Fact]
    public void Four_layers_are_taken_off_and_five_are_not()
    {
        var body = Usage;
        for (var layers = 1; layers <= Envelope.MaxLayers; layers++)
        {
            body = $$"""{"Type":"Notification","Message":{{JsonSerializer.Serialize(body)}}}""";
            DecodedAs.Operation<UpdateUsage>(body).Dispose();
        }

        body = $$"""{"Type":"Notification","Message":{{JsonSerializer.Serialize(body)}}}""";
        Assert.Equal("wrapped in more than 4 envelopes", DecodedAs.MalformedReason(body));
    }

    [Theory]
    [InlineData("""{"type":7}""", "type is not a string")]
    [InlineData("""{"type":"usageUpdatedV2","type":"cachePurge"}""", "member type occurs twice")]
    [InlineData("""{"type":"usageUpdatedV2","payload":[]}""", "payload is not an object")]
    [InlineData("""{"data":{"usageUpdatedV2":null}}""", "the payload is not an object")]
    [InlineData("[]", "the body is not an object")]
    [InlineData("""{"Type":"Notification","Message":"\ud800"}""", "the text of an envelope has half a surrogate pair")]
    public void Refusal_says_what_is_wrong(string body, string reason) => Assert.Equal(reason, DecodedAs.MalformedReason(body));

    [Fact]
    public void Body_over_one_mebibyte_is_refused()
    {
        var padding = new string(' ', MessageDecoder.MaxBodyLength - Usage.Length);
        DecodedAs.Operation<UpdateUsage>(Usage + padding).Dispose();

        Assert.Equal("larger than 1048576 bytes", DecodedAs.MalformedReason(Usage + padding + " "));
    }
}
