using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using PersistentCacheService.Commands.DeadLetters;
using PersistentCacheService.Tests.Contract;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Commands.DeadLetters;

public sealed class StoppingPlaceTests
{
    private static readonly MessageOrigin Origin = new(1_777_629_600_000, null);

    public static TheoryData<string> Malformed => [.. ContractFile.Read(ContractFile.DecodeVectors)["vectors"]!.AsArray()
        .Where(static vector => (string?)vector!["expect"]!["effect"] == "malformed").Select(static vector => (string)vector!["body"]!)];

    [Theory]
    [InlineData("""{"customerId":"c","entitlements":[{"__typename":"FeatureEntitlement","feature":{"refId":7}}]}""", "entitlements[0].feature.refId", "7}}")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":7,"entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1}}""", "customerId", "7,")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"a","customerId":"b","usage":{"featureId":"f","currentUsage":1}}""", "customerId", "\"b\"")]
    [InlineData("""{"type":"usageUpdatedV2","payload":{"customerId":7,"entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1}}}""", "payload.customerId", "7,")]
    [InlineData("""{"type":"next","payload":{"data":{"usageUpdatedV2":{"customerId":7,"entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1}}}}}""", "payload.data.usageUpdatedV2.customerId", "7,")]
    public void A_wrong_member_is_found_by_its_path_and_byte(string body, string member, string there)
    {
        var (diagnosis, place) = Explain(body);
        Assert.False(diagnosis.AppliesNow);
        Assert.Equal(member, place.Member);
        Assert.StartsWith(there, body[place.InBody..], StringComparison.Ordinal);
        Assert.Null(place.InText);
    }

    [Fact]
    public void A_missing_member_is_said_to_be_missing_where_its_object_begins()
    {
        var body = """{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"type":"FEATURE"},"usage":{"currentUsage":1}}""";
        var (diagnosis, place) = Explain(body);

        Assert.Equal("entitlementReference.id is missing or empty", diagnosis.Reason);
        Assert.Equal(("entitlementReference.id", body.IndexOf("""{"type":"FEATURE""", StringComparison.Ordinal)), (place.Member, place.InBody));
        Assert.StartsWith("nothing", place.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Through_envelopes_the_byte_of_the_body_is_found_past_escapes()
    {
        // Letters of one to four bytes, escaped and not, stand before the place.
        var inner = """{"type":"usageUpdatedV2","customerId":"\u00fc\ud83c\udf89é🎉\n","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":"many"}}""";
        var body = JsonSerializer.Serialize(new { Type = "Notification", Message = JsonSerializer.Serialize(new Dictionary<string, object> { ["detail-type"] = "x", ["detail"] = new { payload = inner, type = "usageUpdatedV2" } }) });
        var bytes = Encoding.UTF8.GetBytes(body);

        var (diagnosis, place) = Explain(body);

        Assert.Equal("usage.currentUsage is not a number", diagnosis.Reason);
        Assert.Equal("Message > detail.payload > usage.currentUsage", place.Member);
        Assert.Contains("many", Encoding.UTF8.GetString(bytes.AsSpan(place.InBody, 24)), StringComparison.Ordinal);
        Assert.StartsWith("\"many\"", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(inner).AsSpan(place.InText!.Value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"type\":\"usageUpdatedV2\",\n\"usage\":{\"list\":[1,2,x]}}", "usage.list[1]", "x]}}")]
    [InlineData("this is not JSON", "", "his")]
    public void Where_the_text_stops_being_JSON_is_told(string body, string member, string there)
    {
        var (diagnosis, place) = Explain(body);

        Assert.Equal("not valid JSON", diagnosis.Group);
        Assert.Equal(member, place.Member);
        Assert.StartsWith(there, body[place.InBody..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_that_is_no_UTF8_and_a_byte_order_mark_are_counted()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. "{\"a\":\""u8, 0xFF, .. "\"}"u8];
        var trail = new DecodeTrail();
        var diagnosis = Diagnosis.Of(body, Origin, trail);

        Assert.Equal("not valid UTF-8", diagnosis.Reason);
        Assert.Equal(Array.IndexOf(body, (byte)0xFF), StoppingPlace.Find(body, trail, diagnosis.Path).InBody);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Every_malformed_vector_has_a_place_in_its_body_and_shows_no_value(string body)
    {
        var (diagnosis, place) = Explain(body);

        Assert.False(diagnosis.AppliesNow);
        Assert.InRange(place.InBody, 0, Encoding.UTF8.GetByteCount(body));
        Assert.DoesNotContain("[0", diagnosis.Group, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_body_in_a_notification_has_its_place_inside(string body)
    {
        var wrapped = StiggMessages.InSns(body);
        var (diagnosis, place) = Explain(wrapped);

        Assert.True(diagnosis.AppliesNow || place.InBody <= Encoding.UTF8.GetByteCount(wrapped), diagnosis.Reason);
    }

    [Theory]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1}}""", true, "replaces 1 usage value")]
    [InlineData("""{"type":"usageUpdatedV2","customerId":"c","entitlementReference":{"type":"FEATURE","id":"f"},"usage":{"currentUsage":1,"usageUpdatedAt":5}}""", false, "replaces 1 usage value")]
    [InlineData("""{"type":"cachePurge","customerId":"c"}""", false, "purges a customer")]
    [InlineData("""{"type":"packagePublished"}""", false, "fetches every cached customer")]
    [InlineData("""{"type":"never.heard"}""", false, "nothing: its type is unknown")]
    public void What_applies_says_what_it_does_and_whether_the_time_of_its_sending_counts(string body, bool takesQueueTime, string effect)
    {
        var diagnosis = Diagnosis.Of(Encoding.UTF8.GetBytes(body), Origin);

        Assert.Equal((true, takesQueueTime, Diagnosis.Applies), (diagnosis.AppliesNow, diagnosis.TakesQueueTime, diagnosis.Group));
        Assert.StartsWith(effect, diagnosis.Effect, StringComparison.Ordinal);
    }

    private static (Diagnosis Diagnosis, StoppingPlace Place) Explain(string body)
    {
        var (bytes, trail) = (Encoding.UTF8.GetBytes(body), new DecodeTrail());
        var diagnosis = Diagnosis.Of(bytes, Origin, trail);
        return (diagnosis, StoppingPlace.Find(bytes, trail, diagnosis.Path));
    }
}
