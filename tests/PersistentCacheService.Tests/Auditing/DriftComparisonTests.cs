using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using EntitlementCache.Settings;
using PersistentCacheService.Auditing;
using PersistentCacheService.Commands.Inspect;
using TestKit.Messages;

namespace PersistentCacheService.Tests.Auditing;

/// <summary>What counts as a difference, and what does not.</summary>
public sealed class DriftComparisonTests
{
    private const long Time = 1_767_225_600_000; // 2026-01-01
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(Time + 1_000_000);
    private static readonly CacheSettings Settings = new("production", 600, CacheUpdatePolicy.Upsert, CacheLayout.V3, LockRetryCount: 1);

    [Fact]
    public void What_this_service_wrote_is_right() => Assert.Empty(Compare(Entries(), Time));

    [Theory]
    [InlineData(0, nameof(DriftKind.Different))]
    [InlineData(-1, nameof(DriftKind.Stale))]
    [InlineData(1, null)]
    [InlineData(10_000_000_000_000, nameof(DriftKind.Different))]
    public void Another_limit_is_told_with_both_values_unless_the_cache_is_newer(long newer, string? kind)
    {
        var drift = Compare(Entries().Replace("\"usageLimit\":10", "\"usageLimit\":5", StringComparison.Ordinal), Time + newer).SingleOrDefault();

        Assert.Equal(kind, drift?.Kind.ToString());
        Assert.Equal(kind is null ? null : "usageLimit is 5, the Edge API says 10", drift?.Detail);
    }

    [Theory]
    [InlineData("\"usageLimit\":10", "\"usageLimit\":10.0")]
    [InlineData("\"hasSoftLimit\":false,", "")]
    [InlineData("\"enumValues\":[]", "\"enumValues\":null")]
    [InlineData("\"resetPeriod\":", "\"ofAnSdk\":{\"a\":1},\"resetPeriod\":")]
    public void Another_spelling_of_the_same_is_none(string ours, string theirs)
    {
        Assert.Contains(ours, Entries(), StringComparison.Ordinal);
        Assert.Empty(Compare(Entries().Replace(ours, theirs, StringComparison.Ordinal), Time));
    }

    [Theory]
    [InlineData("\"displayName\":\"Seats\"", "\"displayName\":\"Places\"", "displayName is \"Places\", the Edge API says \"Seats\"")]
    [InlineData("\"unitsPlural\":\"seats\"", "\"unitsPlural\":\"places\"", "unitsPlural is \"places\", the Edge API says \"seats\"")]
    [InlineData("\"resetPeriod\":\"MONTH\"", "\"resetPeriod\":\"YEAR\"", "resetPeriod is \"YEAR\", the Edge API says \"MONTH\"")]
    public void Another_text_is_told_and_is_no_drift(string ours, string theirs, string told)
    {
        Assert.Contains(ours, Entries(), StringComparison.Ordinal);
        var drift = Compare(Entries().Replace(ours, theirs, StringComparison.Ordinal), Time).SingleOrDefault();

        Assert.Equal((DriftKind.Display, false), (drift!.Kind, drift.IsWrong));
        Assert.Contains(told, drift.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"featureType\":\"NUMBER\"", "\"featureType\":\"BOOLEAN\"")]
    [InlineData("\"meterType\":\"Incremental\"", "\"meterType\":\"None\"")]
    public void Another_kind_of_feature_is_drift(string ours, string theirs)
    {
        Assert.Contains(ours, Entries(), StringComparison.Ordinal);
        Assert.Equal(DriftKind.Different, Assert.Single(Compare(Entries().Replace(ours, theirs, StringComparison.Ordinal), Time)).Kind);
    }

    [Fact]
    public void An_entitlement_that_is_not_cached_is_missing()
    {
        var drift = Assert.Single(Compare("{}", Time));

        Assert.Equal((DriftKind.Missing, "entitlement seats"), (drift.Kind, drift.Subject));
    }

    [Fact]
    public void One_that_ended_while_the_Edge_API_has_another_is_expired()
    {
        var ended = Entries().Replace("\"usageLimit\":10", $"\"usageLimit\":10,\"validUntil\":{Time}", StringComparison.Ordinal);

        Assert.Equal(DriftKind.Expired, Assert.Single(Compare(ended, Time)).Kind);
    }

    [Theory]
    [InlineData("not json", nameof(DriftKind.Undecodable))]
    [InlineData("[]", nameof(DriftKind.Undecodable))]
    [InlineData(null, nameof(DriftKind.Missing))]
    public void A_value_that_no_reader_can_read_is_told(string? value, string kind) =>
        Assert.Equal(kind, Assert.Single(Compare(value, Time)).Kind.ToString());

    [Fact]
    public void A_timestamp_that_is_no_date_is_told() =>
        Assert.Equal(DriftKind.Undecodable, Assert.Single(Compare(Snapshot(Entries(), "yesterday", Usage(7, Time)))).Kind);

    [Theory]
    [InlineData(7, 0, null)]
    [InlineData(8, 0, nameof(DriftKind.Different))]
    [InlineData(8, -1, nameof(DriftKind.Stale))]
    [InlineData(8, 1, null)]
    [InlineData(7, -1, null)]
    public void Usage_that_is_fresher_or_the_same_is_right(int usage, long newer, string? kind) =>
        Assert.Equal(kind, Compare(Snapshot(Entries(), $"{Time}", Usage(usage, Time + newer))).SingleOrDefault()?.Kind.ToString());

    [Fact]
    public void Usage_that_readers_look_for_in_vain_is_missing() =>
        Assert.Equal((DriftKind.Missing, "usage of seats"), Compare(Snapshot(Entries(), $"{Time}", new StoredKey("u", null, null, null, false))).Select(static drift => (drift.Kind, drift.Subject)).Single());

    [Fact]
    public void One_whom_the_Edge_API_does_not_know_is_stale_while_cached()
    {
        var gone = ExpectedState.Of(new Purge(MessageType.EntitlementsUpdated, []), Settings);

        Assert.Equal(DriftKind.Stale, Assert.Single(DriftComparison.Of(Snapshot(Entries(), $"{Time}", Usage(7, Time)), gone, Now)).Kind);
        Assert.Empty(DriftComparison.Of(Snapshot("{}", $"{Time}", null), gone, Now));
        Assert.Empty(DriftComparison.Of(Snapshot(null, null, null), gone, Now));
    }

    private static EntitlementsMessage State() => new()
    {
        CustomerId = "customer-1",
        Time = Time,
        Entitlements = [new FeatureEntitlement(new Feature("seats", "Seats", "NUMBER", "Incremental", ("seat", "seats")), UsageLimit: 10, CurrentUsage: 7, Period: new Period(Time - 1000, Time + 1000))],
    };

    private static string Entries() => State().Writes().First().Value().ToJsonString();

    private static StoredKey Usage(int usage, long time) =>
        new("u", $$"""{"currentUsage":{{usage}},"usagePeriodStart":{{Time - 1000}},"usagePeriodEnd":{{Time + 1000}}}""", $"{time}", null, false);

    private static IReadOnlyList<Drift> Compare(string? entries, long timestamp) => Compare(Snapshot(entries, $"{timestamp}", Usage(7, Time)));

    private static IReadOnlyList<Drift> Compare(CacheSnapshot snapshot)
    {
        using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(State().Body()), default);
        return DriftComparison.Of(snapshot, ExpectedState.Of(operation, Settings), Now);
    }

    private static CacheSnapshot Snapshot(string? entries, string? timestamp, StoredKey? usage)
    {
        IReadOnlyList<CachedItem> items = [];
        string? problem = null;
        try
        {
            var map = entries is null ? default : JsonElement.Parse(entries);
            items = map.ValueKind == JsonValueKind.Object ? [.. map.EnumerateObject().Select(member => new CachedItem(member.Name, member.Value, usage))] : [];
            problem = map.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined ? null : "is no JSON object";
        }
        catch (JsonException)
        {
            problem = "is no JSON";
        }

        return new CacheSnapshot(
            new StoredKey("e", entries, timestamp, null, false), new StoredKey("m", """{"accessDeniedReason":null}""", $"{Time}", null, false), null, "l", IsLocked: false, items, problem);
    }
}
