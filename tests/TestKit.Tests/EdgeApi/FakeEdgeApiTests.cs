using System.Net;
using System.Text.Json.Nodes;
using TestKit.EdgeApi;

namespace TestKit.Tests.EdgeApi;

public sealed class FakeEdgeApiTests : IAsyncLifetime
{
    private const string Customer = "/v1/c/customer-1/entitlements-state.json";

    private FakeEdgeApi _api = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeEdgeApi.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_api.Url), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add("X-API-KEY", _api.ApiKey);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task A_stored_customer_is_answered_in_the_contracts_envelope()
    {
        _api.Store("customer-1", null, [new JsonObject { ["usageLimit"] = 5 }], "NoActiveSubscription");

        var state = await StateAsync(Customer);

        Assert.Equal(5, state["entitlementsV2"]![0]!["usageLimit"]!.GetValue<int>());
        Assert.Equal("NoActiveSubscription", state["accessDeniedReason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_customer_and_its_resource_are_two_things_and_ids_are_unescaped()
    {
        _api.Store("a/b c", "r&1", []);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/v1/c/a%2Fb%20c/entitlements-state.json"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/v1/c/a%2Fb%20c/entitlements-state.json?resourceId=r%261"));
        Assert.Equal(1, _api.CallsFor("a/b c", "r&1"));
        Assert.Equal("/v1/c/a%2Fb%20c/entitlements-state.json", _api.Calls[0].PathAndQuery);
    }

    [Fact]
    public async Task A_wrong_key_is_unauthorized_and_every_header_is_recorded()
    {
        using var stranger = new HttpClient { BaseAddress = new Uri(_api.Url) };
        stranger.DefaultRequestHeaders.Add("X-API-KEY", "other");
        using var response = await stranger.GetAsync(Customer);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("other", _api.Calls.Single().Headers["x-api-key"]);
    }

    [Fact]
    public async Task A_script_answers_the_next_calls_in_order_and_then_the_normal_answer_holds()
    {
        _api.Store("customer-1", null, []);
        _api.Script(EdgeAnswer.ServerError(502), EdgeAnswer.RateLimited(7), EdgeAnswer.NotFound, EdgeAnswer.Forbidden);

        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(Customer));
        using (var limited = await _http.GetAsync(Customer))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(7), limited.Headers.RetryAfter!.Delta);
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Customer));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Customer));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Customer));
    }

    [Fact]
    public async Task Errors_come_with_status_200()
    {
        _api.Answer = EdgeAnswer.Errors("CustomerNotFound", "gone");

        var body = JsonNode.Parse(await _http.GetStringAsync(Customer))!;

        Assert.Equal("CustomerNotFound", body["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_customers_answer_does_not_touch_another()
    {
        _api.Store("customer-1", null, []);
        _api.AnswerFor["customer-2"] = EdgeAnswer.ServerError(500);

        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync("/v1/c/customer-2/entitlements-state.json"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Customer));
    }

    [Fact]
    public async Task A_hanging_call_gives_no_answer_until_the_client_goes()
    {
        _api.Answer = EdgeAnswer.Hang;
        using var source = new CancellationTokenSource();

        var call = _http.GetAsync(Customer, source.Token);
        await Eventually.HoldsAsync(() => _api.Calls.Count == 1, "the call has arrived");
        Assert.False(call.IsCompleted);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_body_that_hangs_has_a_head()
    {
        _api.Store("customer-1", null, []);
        _api.Answer = EdgeAnswer.HangInBody;
        using var source = new CancellationTokenSource();

        using var response = await _http.GetAsync(Customer, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = response.Content.ReadAsStringAsync(source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_is_a_network_error(bool inBody)
    {
        _api.Store("customer-1", null, []);
        _api.Answer = inBody ? EdgeAnswer.CutInBody : EdgeAnswer.Reset;

        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(Customer));
    }

    [Fact]
    public async Task The_remote_configuration_holds_the_dsn()
    {
        _api.SentryDsn = "http://key@host/1";

        var body = JsonNode.Parse(await _http.GetStringAsync("/v1/config/server-sdk-configuration.json"))!;

        Assert.Equal("http://key@host/1", body["data"]!["sdkConfiguration"]!["sentryDsn"]!.GetValue<string>());
    }

    [Fact]
    public async Task Calls_at_the_same_time_are_counted()
    {
        _api.Answer = EdgeAnswer.Slow(TimeSpan.FromMilliseconds(100));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StatusAsync(Customer)));

        Assert.InRange(_api.MostInFlight, 1, 5);
        Assert.Equal(5, _api.CallsFor("customer-1"));
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<JsonNode> StateAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(path))!["data"]!["entitlementsState"]!;
}
