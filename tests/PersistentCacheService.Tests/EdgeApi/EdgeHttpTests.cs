using System.Text;
using EntitlementCache.EdgeApi;
using TestKit.EdgeApi;

namespace PersistentCacheService.Tests.EdgeApi;

public sealed class EdgeHttpTests
{
    public static TheoryData<string, EdgeAnswer, string> Answers => new()
    {
        { "state", EdgeAnswer.Normal, nameof(EdgeResult.Ok) },
        { "404", EdgeAnswer.NotFound, nameof(EdgeResult.NotFound) },
        { "401", EdgeAnswer.Unauthorized, nameof(EdgeResult.Unauthorized) },
        { "403", EdgeAnswer.Forbidden, nameof(EdgeResult.Forbidden) },
        { "429", EdgeAnswer.RateLimited(), nameof(EdgeResult.Throttled) },
        { "500", EdgeAnswer.ServerError(500), nameof(EdgeResult.ServerError) },
        { "503", EdgeAnswer.ServerError(), nameof(EdgeResult.ServerError) },
        { "408", new EdgeAnswer { Status = 408, Body = "" }, nameof(EdgeResult.ServerError) },
        { "400", new EdgeAnswer { Status = 400, Body = "{}" }, nameof(EdgeResult.Rejected) },
        { "302", new EdgeAnswer { Status = 302, Body = "" }, nameof(EdgeResult.Rejected) },
        { "reset", EdgeAnswer.Reset, nameof(EdgeResult.Network) },
        { "cut in the body", EdgeAnswer.CutInBody, nameof(EdgeResult.Network) },
        { "hang", EdgeAnswer.Hang, nameof(EdgeResult.Timeout) },
        { "hang in the body", EdgeAnswer.HangInBody, nameof(EdgeResult.Timeout) },
        { "too large", new EdgeAnswer { Status = 200, Body = new string(' ', EdgeHttp.MaxAnswerLength + 1) }, nameof(EdgeResult.InvalidAnswer) },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Every_way_to_answer_has_its_result(string name, EdgeAnswer answer, string result)
    {
        Assert.NotEmpty(name);
        var mayHang = answer == EdgeAnswer.Hang || answer == EdgeAnswer.HangInBody;
        await using var harness = await EdgeHarness.StartAsync(timeout: mayHang ? TimeSpan.FromMilliseconds(300) : null);
        harness.Server.Answer = answer;

        using var reply = await harness.Http.GetEntitlementsAsync("customer-1", null, CancellationToken.None);
        Assert.Equal(result, reply.Result.ToString());
        Assert.Equal(reply.Result == EdgeResult.Ok, reply.Cause.Length == 0);
        Assert.Equal(reply.Result == EdgeResult.Ok, reply.Body.Length > 0);
    }

    [Fact]
    public async Task Nobody_listens_is_a_network_result()
    {
        var harness = await EdgeHarness.StartAsync();
        await using (harness)
        {
            await harness.Server.DisposeAsync();
            using var reply = await harness.Http.GetEntitlementsAsync("customer-1", null, CancellationToken.None);
            Assert.Equal(EdgeResult.Network, reply.Result);
            Assert.DoesNotContain(harness.Server.ApiKey, reply.Cause, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Request_is_that_of_the_contract()
    {
        await using var harness = await EdgeHarness.StartAsync();
        using var reply = await harness.Http.GetEntitlementsAsync("a/b c|é", "r?1&2", CancellationToken.None);

        var call = Assert.Single(harness.Server.Calls);
        Assert.Equal("GET", call.Method);
        Assert.Equal("/v1/c/a%2Fb%20c%7C%C3%A9/entitlements-state.json?resourceId=r%3F1%262", call.PathAndQuery);
        Assert.Equal(("a/b c|é", "r?1&2"), (call.CustomerId, call.ResourceId));
        Assert.Equal(harness.Server.ApiKey, call.Headers["X-API-KEY"]);
        Assert.Equal("1", call.Headers["X-API-VERSION"]);
        Assert.Equal("PERSISTENT_CACHE_SERVICE", call.Headers["source"]);
        Assert.DoesNotContain("traceparent", call.Headers.Keys);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("99999", 600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task Retry_after_is_read_in_both_forms_and_bounded(string? header, int? seconds)
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Answer = EdgeAnswer.RateLimited() with { RetryAfter = header };

        using var reply = await harness.Http.GetEntitlementsAsync("customer-1", null, CancellationToken.None);
        Assert.Equal(seconds, reply.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_cancelled_call_throws_instead_of_telling_of_a_timeout()
    {
        await using var harness = await EdgeHarness.StartAsync();
        harness.Server.Answer = EdgeAnswer.Hang;
        using var cancel = new CancellationTokenSource();
        var call = harness.Http.GetEntitlementsAsync("customer-1", null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("""{"data":{"sdkConfiguration":{"sentryDsn":"https://k@host/1"}}}""", "https://k@host/1")]
    [InlineData("""{"data":{"sdkConfiguration":{"sentryDsn":null}}}""", null)]
    [InlineData("""{"data":{"sdkConfiguration":{}},"errors":[]}""", null)]
    public void Remote_configuration_names_the_dsn_or_none(string answer, string? dsn) => Assert.Equal(dsn, RemoteConfiguration.ReadSentryDsn(Encoding.UTF8.GetBytes(answer)));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":{"sdkConfiguration":null}}""")]
    [InlineData("""{"data":{"sdkConfiguration":{"sentryDsn":"\ud83d"}}}""")]
    [InlineData("""{"\ud83d":1}""")]
    [InlineData("""{"errors":[{"message":"no"}],"data":{"sdkConfiguration":{"sentryDsn":"https://k@host/1"}}}""")]
    public void Remote_configuration_of_another_form_is_refused(string answer) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => RemoteConfiguration.ReadSentryDsn(Encoding.UTF8.GetBytes(answer)));
}
