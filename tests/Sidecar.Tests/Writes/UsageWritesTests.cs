using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Writes;

public sealed class UsageWritesTests : IAsyncLifetime
{
    private const string Entitlements = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Seats","refId":"seats"}},
        {"__typename":"CreditEntitlement","isGranted":true,"usageLimit":100,"hasSoftLimit":false,"currentUsage":1,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","currency":{"currencyId":"gold","displayName":"Gold"}}]
        """;

    private static readonly ReportUsageRequest Report = new() { CustomerId = "acme", FeatureId = "seats", Value = 6 };

    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
        _edge.Store("acme", null, JsonNode.Parse(Entitlements)!.AsArray());
        _api.Answer = """
            {"data":{"reportUsage":{"id":"m-1","featureId":"seats","customerId":"acme","currentUsage":10,"timestamp":"2026-06-01T00:00:00.000Z","usagePeriodEnd":"2030-01-01T00:00:00.000Z",
            "credit":{"currencyId":"gold","currentUsage":60,"timestamp":"2026-06-01T00:00:00.000Z"}}}}
            """;
    }

    public async Task DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _api.DisposeAsync();
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reported_usage_and_the_credits_it_took_are_in_the_cache_at_once(bool hasRedis)
    {
        await using var redis = hasRedis ? await RedisServer.StartAsync() : null;
        await using var sidecar = await StartAsync(redis);
        await SeatsAsync(sidecar, 1);

        var report = await sidecar.Client.ReportUsageAsync(Report);

        Assert.Equal(("m-1", 10.0, 1_893_456_000), (report.MeasurementId, report.CurrentUsage, report.UsagePeriodEnd.Seconds));
        var seats = await SeatsAsync(sidecar, 1);
        Assert.Equal((false, 10.0), (seats.HasAccess, seats.Entitlement.CurrentUsage));
        var credit = await sidecar.Client.GetEntitlementV2Async(new GetEntitlementV2Request { CustomerId = "acme", CurrencyId = "gold" });
        Assert.Equal((60.0, 40.0), (credit.Entitlement.Credit.CurrentUsage, credit.Entitlement.Credit.Remaining));
        Assert.Equal(1, _edge.CallsFor("acme"));
    }

    [SkippableFact]
    public async Task A_lock_of_an_SDK_is_waited_for()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await SeatsAsync(sidecar, 1);
        await redis.CliAsync("SET", "test-acme", "sdk", "PX", "300");

        await sidecar.Client.ReportUsageAsync(Report);

        Assert.Contains("\"currentUsage\":10", await redis.CliAsync("GET", "test:c_acme:f_seats"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_lock_that_stays_costs_the_update_of_the_cache_and_not_the_report()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var sidecar = await StartAsync(redis);
        await SeatsAsync(sidecar, 1);
        await redis.CliAsync("SET", "test-acme", "sdk");

        var report = await sidecar.Client.ReportUsageAsync(Report);

        Assert.Equal(10, report.CurrentUsage);
        Assert.Contains("\"currentUsage\":4", await redis.CliAsync("GET", "test:c_acme:f_seats"), StringComparison.Ordinal);
        Assert.Contains("\nsidecar_redis_client_errors_total 0\n", await sidecar.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "{}", StatusCode.Unauthenticated, "Authentication failed. Double check your API key.")]
    [InlineData(403, "{}", StatusCode.PermissionDenied, "The API key may not do this.")]
    [InlineData(429, "", StatusCode.ResourceExhausted, "The Stigg API answered with status 429.")]
    [InlineData(400, "", StatusCode.InvalidArgument, "The Stigg API answered with status 400.")]
    [InlineData(500, "oops", StatusCode.Internal, "The Stigg API answered with status 500.")]
    [InlineData(200, "oops", StatusCode.Internal, "The Stigg API answered without data.")]
    [InlineData(200, """{"errors":[{"message":"no such customer","extensions":{"code":"CustomerNotFound"}}]}""", StatusCode.NotFound, "no such customer")]
    [InlineData(200, """{"errors":[{"message":"bad value","extensions":{"code":"BAD_USER_INPUT"}}]}""", StatusCode.InvalidArgument, "bad value")]
    [InlineData(200, """{"errors":[{"message":"something","extensions":{"code":"SomethingNew"}}]}""", StatusCode.Unknown, "something")]
    public async Task A_failed_report_is_an_error_with_the_reason_and_is_sent_once(int status, string answer, StatusCode expected, string reason)
    {
        await using var sidecar = await StartAsync();
        (_api.Status, _api.Answer) = (status, answer);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.ReportUsageAsync(Report));

        Assert.Equal((expected, reason), (failure.StatusCode, failure.Status.Detail));
        Assert.Single(_api.Bodies);
    }

    [Fact]
    public async Task A_report_that_did_not_arrive_is_unavailable_so_that_clients_may_repeat_it()
    {
        await using var sidecar = await RunningSidecar.StartAsync(
            ("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", $"http://127.0.0.1:{FreePort.Next()}"));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await sidecar.Client.ReportUsageAsync(Report));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task A_bulk_is_one_call_and_every_answer_names_its_customer()
    {
        await using var sidecar = await StartAsync();
        _api.Answer = """{"data":{"reportUsageBulk":[{"id":"m-1","featureId":"seats","customerId":"acme","currentUsage":1},{"id":"m-2","featureId":"seats","customerId":"other","resourceId":"r","currentUsage":2}]}}""";

        var answers = await sidecar.Client.ReportUsageBulkAsync(new ReportUsageBulkRequest
        {
            Usages = { Report, new ReportUsageRequest { CustomerId = "other", ResourceId = "r", FeatureId = "seats", Value = 2, UpdateBehavior = UsageUpdateBehavior.Set } },
        });

        Assert.Equal([("m-1", "acme", 1), ("m-2", "other", 2)], answers.Usages.Select(static one => (one.MeasurementId, one.CustomerId, one.CurrentUsage)));
        var usages = JsonNode.Parse(Assert.Single(_api.Bodies))!["variables"]!["input"]!["usages"]!;
        Assert.Equal(
            """[{"customerId":"acme","featureId":"seats","value":6},{"customerId":"other","resourceId":"r","featureId":"seats","value":2,"updateBehavior":"SET"}]""",
            usages.ToJsonString());
    }

    /// <summary>A caller that is told an error repeats a report that has been counted.</summary>
    [Theory]
    [InlineData("""{"id":"m-1","currentUsage":1,"usagePeriodStart":1e300,"usagePeriodEnd":253402300800000,"timestamp":-1e300}""")]
    [InlineData("""{"id":"m-1","currentUsage":1,"usagePeriodStart":"9999-12-31T23:59:59-14:00","usagePeriodEnd":"0000","customerId":"\ud83d"}""")]
    [InlineData("""{"id":"m-1","currentUsage":1e400,"credit":7}""")]
    [InlineData("""{"id":"m-1","featureId":"\u0000","currentUsage":1,"credit":{"currencyId":"#timestamp","currentUsage":1}}""")]
    public async Task An_answer_that_cannot_be_read_makes_no_error_of_a_report_that_has_happened(string answer)
    {
        await using var sidecar = await StartAsync();
        _api.Answer = $"{{\"data\":{{\"reportUsage\":{answer}}}}}";

        var report = await sidecar.Client.ReportUsageAsync(Report);

        Assert.Equal(("m-1", null, null), (report.MeasurementId, report.UsagePeriodStart, report.UsagePeriodEnd));
    }

    [Fact]
    public async Task Events_have_an_idempotency_key_and_are_sent_again()
    {
        await using var sidecar = await StartAsync();
        _api.Script.Enqueue((503, ""));
        _api.Answer = """{"data":{"reportEvent":"ok"}}""";
        var sent = new Event
        {
            CustomerId = "acme",
            EventName = "login",
            IdempotencyKey = "k",
            Timestamp = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse("2026-06-01T00:00:00Z", CultureInfo.InvariantCulture)),
            Dimensions = { ["n"] = new EventDimensionValue { NumberValue = 2 } },
        };

        await sidecar.Client.ReportEventsAsync(new ReportEventsRequest { Events = { sent } });

        Assert.Equal(2, _api.Bodies.Count);
        var variables = JsonNode.Parse(_api.Bodies[1])!["variables"]!["events"]!["usageEvents"]![0]!;
        Assert.Equal(
            """{"customerId":"acme","eventName":"login","idempotencyKey":"k","dimensions":{"n":2},"timestamp":"2026-06-01T00:00:00+00:00"}""",
            variables.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task What_cannot_be_right_is_refused_before_it_is_sent()
    {
        await using var sidecar = await StartAsync();
        var client = sidecar.Client;

        await RefusedAsync(client.ReportUsageAsync(new ReportUsageRequest { FeatureId = "seats", Value = 1 }));
        await RefusedAsync(client.ReportUsageAsync(new ReportUsageRequest { CustomerId = "acme", FeatureId = "seats", Value = double.NaN }));
        await RefusedAsync(client.ReportUsageBulkAsync(new ReportUsageBulkRequest { Usages = { Enumerable.Repeat(Report, 101) } }));
        foreach (var timestamp in (Timestamp[])[new() { Seconds = 253_402_300_800 }, new() { Seconds = -62_135_596_801 }, new() { Nanos = -1 }, new() { Nanos = 1_000_000_000 }])
        {
            await RefusedAsync(client.ReportUsageAsync(new ReportUsageRequest(Report) { Timestamp = timestamp }));
            await RefusedAsync(client.ReportUsageBulkAsync(new ReportUsageBulkRequest { Usages = { Report, new ReportUsageRequest(Report) { Timestamp = timestamp } } }));
            await RefusedAsync(client.ReportEventsAsync(new ReportEventsRequest { Events = { new Event { CustomerId = "acme", EventName = "login", IdempotencyKey = "k", Timestamp = timestamp } } }));
        }

        foreach (var number in (double[])[double.NaN, double.PositiveInfinity])
        {
            var dimension = new EventDimensionValue { NumberValue = number };
            await RefusedAsync(client.ReportUsageAsync(new ReportUsageRequest(Report) { Dimensions = { ["n"] = dimension } }));
            await RefusedAsync(client.ReportEventsAsync(new ReportEventsRequest { Events = { new Event { CustomerId = "acme", EventName = "login", IdempotencyKey = "k", Dimensions = { ["n"] = dimension } } } }));
        }

        await RefusedAsync(client.ReportEventsAsync(new ReportEventsRequest { Events = { new Event { CustomerId = "acme", EventName = "login" } } }));
        Assert.Empty(_api.Bodies);
    }

    private static async Task RefusedAsync<T>(AsyncUnaryCall<T> call) =>
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);

    private static async Task<GetMeteredEntitlementResponse> SeatsAsync(RunningSidecar sidecar, double requested) => await sidecar.Client.GetMeteredEntitlementAsync(
        new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats", Options = new MeteredEntitlementOptions { RequestedUsage = requested } });

    private Task<RunningSidecar> StartAsync(RedisServer? redis = null)
    {
        (string, string)[] variables = [("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url)];
        return RunningSidecar.StartAsync(redis is null
            ? variables
            : [.. variables, ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture))]);
    }
}
