using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;

namespace Sidecar.Tests.Http;

public sealed class JsonCallsTests : IAsyncLifetime
{
    private RunningSidecar _sidecar = null!;

    public async Task InitializeAsync() =>
        _sidecar = await RunningSidecar.StartAsync(("OFFLINE", "1"), ("ENTITLEMENTS_FALLBACK", """{"seats":{"hasAccess":true,"usageLimit":3}}"""));

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task A_call_answers_in_the_protos_JSON_with_default_values()
    {
        var (status, type, answer) = await PostAsync("GetMeteredEntitlement", """{"customerId":"acme","feature_id":"seats","options":{"requestedUsage":7},"unknown":1}""");

        Assert.Equal((HttpStatusCode.OK, "application/json"), (status, type));
        Assert.Equal(
            """{"hasAccess":true,"isFallback":true,"requestedUsage":7,"entitlement":{"usageLimit":3,"isUnlimited":false,"currentUsage":0}}""", answer.ToJsonString());
    }

    [Theory]
    [InlineData("ReportUsage", "{", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":7}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":"\ud83d"}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":"acme","featureId":"f","value":1e400}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":"acme","featureId":"f","value":"NaN"}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":"acme","featureId":"f","timestamp":"9999-12-31T23:59:59-14:00"}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"customerId":"acme","featureId":"f","timestamp":"2026-02-30T00:00:00Z"}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", """{"dimensions":{"a":null}}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsageBulk", """{"usages":[null]}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", "[]", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", "null", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("GetNumericEntitlement", """{"options":{"fallback":{"value":1e10}}}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("GetEnumEntitlement", """{"options":{"requestedValues":["\ud83d"]}}""", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("ReportUsage", "", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("GetNothing", "{}", HttpStatusCode.NotFound, "Unimplemented")]
    public async Task A_failure_is_a_problem(string call, string body, HttpStatusCode expected, string grpcStatus)
    {
        var (status, type, answer) = await PostAsync(call, body);

        Assert.Equal((expected, "application/problem+json"), (status, type));
        Assert.Equal(((int)expected, grpcStatus), ((int)answer["status"]!, (string?)answer["grpcStatus"]));
        Assert.NotEmpty((string)answer["detail"]!);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        using var content = new StringContent("{\"customerId\":\"" + new string('x', 5 * 1024 * 1024) + "\"}", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/ReportUsage", UriKind.Relative)) { Content = content };

        // So that the refusal comes before the body is sent, and not into the middle of it.
        request.Headers.ExpectContinue = true;
        using var response = await _sidecar.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task The_description_has_every_call_and_every_schema_it_refers_to()
    {
        var description = JsonNode.Parse(await _sidecar.Http.GetStringAsync(new Uri("/openapi.json", UriKind.Relative)))!;

        Assert.Equal(
            SidecarService.Descriptor.Methods.Select(static method => $"/v1/{method.Name}").Order(StringComparer.Ordinal),
            description["paths"]!.AsObject().Select(static path => path.Key).Order(StringComparer.Ordinal));
        Assert.All(References(description), reference => Assert.NotNull(description["components"]!["schemas"]![reference]));
        Assert.Equal("number", (string?)description["components"]!["schemas"]!["MeteredEntitlement"]!["properties"]!["currentUsage"]!["type"]);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => member.Key == "$ref" ? [((string)member.Value!).Split('/')[^1]] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private async Task<(HttpStatusCode Status, string? Type, JsonNode Answer)> PostAsync(string call, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _sidecar.Http.PostAsync(new Uri($"/v1/{call}", UriKind.Relative), content);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
