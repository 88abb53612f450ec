using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Processes;

namespace Sidecar.Tests.Clients;

/// <summary>Clients that are not ours call every rpc: @grpc/grpc-js of npm and python3-grpcio of Debian, see tests/sidecar-clients.</summary>
public sealed class ForeignClientTests : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3"; // Another one on the PATH has not Debian's packages.

    private const string Entitlements = """
        [{"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":10,"hasUnlimitedUsage":false,"hasSoftLimit":false,"currentUsage":4,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"Incremental","featureUnits":"seat","featureUnitsPlural":"seats","displayName":"Seats","refId":"seats"}},
        {"__typename":"FeatureEntitlement","isGranted":true,"usageLimit":7,"hasUnlimitedUsage":false,"hasSoftLimit":false,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"NUMBER","meterType":"None","displayName":"Days","refId":"days"}},
        {"__typename":"FeatureEntitlement","isGranted":true,"hasUnlimitedUsage":false,"hasSoftLimit":false,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"BOOLEAN","displayName":"SSO","refId":"sso"}},
        {"__typename":"FeatureEntitlement","isGranted":true,"hasUnlimitedUsage":false,"hasSoftLimit":false,"enumValues":["eu","us"],"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","feature":{"featureType":"ENUM","displayName":"Region","refId":"region"}},
        {"__typename":"CreditEntitlement","isGranted":true,"usageLimit":100,"hasSoftLimit":false,"currentUsage":40,"entitlementUpdatedAt":"2026-05-01T00:00:00.000Z","usageUpdatedAt":"2026-05-01T00:00:00.000Z","currency":{"currencyId":"gold","displayName":"Gold","additionalMetaData":{"tier":"top"}}}]
        """;

    // Whatever a response has besides is not looked at; both clients print names as the proto has them.
    private static readonly (string Rpc, string Request, string Expected)[] Rpcs =
    [
        ("GetBooleanEntitlement", """{"customer_id":"acme","feature_id":"sso"}""", """{"has_access":true,"entitlement":{"feature":{"id":"sso","feature_type":"FEATURE_TYPE_BOOLEAN"}}}"""),
        ("GetNumericEntitlement", """{"customer_id":"acme","feature_id":"days"}""", """{"has_access":true,"entitlement":{"value":7}}"""),
        ("GetMeteredEntitlement", """{"customer_id":"acme","feature_id":"seats","options":{"requested_usage":7}}""",
            """{"access_denied_reason":"ACCESS_DENIED_REASON_REQUESTED_USAGE_EXCEEDING_LIMIT","requested_usage":7,"entitlement":{"usage_limit":10,"current_usage":4,"feature":{"meter_type":"METER_TYPE_INCREMENTAL"}}}"""),
        ("GetEnumEntitlement", """{"customer_id":"acme","feature_id":"region","options":{"requested_values":["eu"]}}""", """{"has_access":true,"requested_values":["eu"],"entitlement":{"enum_values":["eu","us"]}}"""),
        ("GetEntitlement", """{"customer_id":"acme","feature_id":"none","options":{"fallback":{"has_access":true,"usage_limit":3}}}""", """{"has_access":true,"is_fallback":true,"metered":{"usage_limit":3}}"""),
        ("GetEntitlementV2", """{"customer_id":"acme","currency_id":"gold"}""",
            """{"entitlement":{"has_access":true,"credit":{"usage_limit":100,"current_usage":40,"remaining":60,"currency":{"currency_id":"gold","display_name":"Gold"}}}}"""),
        ("GetEntitlements", """{"customer_id":"acme"}""", """{"entitlements":[{"metered":{"current_usage":4}},{"numeric":{"value":7}},{"boolean":{}},{"enum":{"enum_values":["eu","us"]}}]}"""),
        ("GetEntitlementsStateV2", """{"customer_id":"nobody"}""", """{"access_denied_reason":"ACCESS_DENIED_REASON_CUSTOMER_NOT_FOUND"}"""),
        ("ReloadEntitlements", """{"customer_id":"acme"}""", """{"entitled_entity_exists":true}"""),
        ("ReportUsage", """{"customer_id":"acme","feature_id":"seats","value":1,"update_behavior":"USAGE_UPDATE_BEHAVIOR_SET","dimensions":{"a":{"string_value":"x"}}}""",
            """{"measurement_id":"m-1","current_usage":5}"""),
        ("ReportUsageBulk", """{"usages":[{"customer_id":"acme","feature_id":"seats","value":1}]}""", """{"usages":[{"measurement_id":"m-2"}]}"""),
        ("ReportEvents", """{"events":[{"customer_id":"acme","event_name":"login","idempotency_key":"k","dimensions":{"n":{"number_value":2}}}]}""", "{}"),
    ];

    private FakeEdgeApi _edge = null!;
    private FakeApi _api = null!;
    private RunningSidecar _sidecar = null!;

    public async Task InitializeAsync()
    {
        _edge = await FakeEdgeApi.StartAsync();
        _api = await FakeApi.StartAsync();
        _edge.Store("acme", null, JsonNode.Parse(Entitlements)!.AsArray());
        _api.Answer = """
            {"data":{"reportUsage":{"id":"m-1","featureId":"seats","customerId":"acme","currentUsage":5},"reportUsageBulk":[{"id":"m-2","featureId":"seats","customerId":"acme","currentUsage":6}],"reportEvent":"ok"}}
            """;
        _sidecar = await RunningSidecar.StartAsync(("SERVER_API_KEY", _edge.ApiKey), ("EDGE_API_URL", _edge.Url), ("API_URL", _api.Url));
    }

    public async Task DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _api.DisposeAsync();
        await _edge.DisposeAsync();
    }

    [SkippableFact]
    public async Task Node_calls_every_rpc()
    {
        var directory = await NpmPackage.InstalledAsync("sidecar-clients");
        Check(await RunAsync("node", Path.Combine(directory, "call-all.mjs"), RepositoryRoot.File("src", "Sidecar", "Protos")));
    }

    [SkippableFact]
    public async Task Python_calls_every_rpc()
    {
        if (!await HasPythonAsync())
        {
            Prerequisite.SkipOrFail("python3-grpcio is missing: apt-get install python3-grpcio python3-protobuf, or eng/prerequisites.sh test");
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Descriptors().ToByteArray());
            Check(await RunAsync(Python, RepositoryRoot.File("tests", "sidecar-clients", "call_all.py"), file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_rpc_is_among_them() =>
        Assert.Equal(SidecarService.Descriptor.Methods.Select(static method => method.Name).Order(), Rpcs.Select(static call => call.Rpc).Order());

    private static async Task<bool> HasPythonAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        await using var process = await ChildProcess.StartAsync(new ChildProcessSpec(Python, "-c", "import grpc, google.protobuf"));
        return await process.WaitForExitAsync() == 0;
    }

    /// <summary>The interface and what it imports, each file after those it needs.</summary>
    private static FileDescriptorSet Descriptors()
    {
        var files = new List<FileDescriptor>();
        void Add(FileDescriptor file)
        {
            foreach (var needed in file.Dependencies)
            {
                Add(needed);
            }

            if (!files.Contains(file))
            {
                files.Add(file);
            }
        }

        Add(SidecarReflection.Descriptor);
        return new FileDescriptorSet { File = { files.Select(static file => FileDescriptorProto.Parser.ParseFrom(file.SerializedData)) } };
    }

    private static void Check(JsonNode answers)
    {
        Assert.All(Rpcs, call => Contains(JsonNode.Parse(call.Expected), answers[call.Rpc], call.Rpc));
        Assert.Equal("[8,1]", answers["health"]!.ToJsonString()); // status (field 1): SERVING (1)
    }

    private static void Contains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                Assert.All(members, member => Contains(member.Value, actual?[member.Key], $"{path}.{member.Key}"));
                break;
            case JsonArray items:
                Assert.True(actual is JsonArray list && list.Count == items.Count, $"{path} is {actual?.ToJsonString()}");
                Assert.All(items.Index(), item => Contains(item.Item, actual!.AsArray()[item.Index], $"{path}[{item.Index}]"));
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                Assert.True((double)value == (double?)actual, $"{path} is {actual?.ToJsonString()}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} is {actual?.ToJsonString()}");
                break;
        }
    }

    private async Task<JsonNode> RunAsync(string program, string script, string argument)
    {
        await using var process = await ChildProcess.StartAsync(new ChildProcessSpec(program, script, $"127.0.0.1:{_sidecar.GrpcPort}", argument));
        var requests = new JsonObject(Rpcs.Select(static call => KeyValuePair.Create(call.Rpc, JsonNode.Parse(call.Request))));
        await process.WriteLineAsync(requests.ToJsonString());
        Assert.True(await process.WaitForExitAsync(TimeSpan.FromSeconds(60)) == 0, process.Describe("failed"));
        return JsonNode.Parse(Assert.Single(process.Output))!;
    }
}
