using System.Globalization;
using System.Text.Json.Nodes;
using PersistentCacheService.IntegrationTests.Readers;
using Sidecar.Tests.Service;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.EdgeApi;

namespace Sidecar.Tests.Differential;

/// <summary>
/// The same Redis read by Stigg's own SDK 3.95.0 and by the Sidecar: the same access, reason, fallback and usage. Credits are left out, because that SDK
/// does not know them, and so is the reason of a whole list, which it does not store.
/// </summary>
public sealed class DifferentialTests
{
    private const int Seed = 20_261_127;
    private const int Customers = 1500;

    [SkippableTheory]
    [InlineData("v2")]
    [InlineData("dual")]
    public async Task The_SDK_and_the_Sidecar_agree(string layout)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var sdk = await ReaderProcess.StartAsync(ReaderKind.Sdk395, redis.Port);
        await using var sidecar = await RunningSidecar.StartAsync(
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("API_URL", edge.Url), ("CACHE_LAYOUT", layout), ("REDIS_ENVIRONMENT_PREFIX", "test"),
            ("REDIS_HOST", redis.Host), ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)));
        var customers = RandomCustomer.Generate(Seed, Customers);
        foreach (var chunk in customers.Chunk(50))
        {
            await Task.WhenAll(chunk.Select(customer => FillAsync(customer, edge, sidecar)));
        }

        var calls = edge.Calls.Count;
        var differences = new List<string>();
        foreach (var chunk in customers.Chunk(50))
        {
            var answers = await Task.WhenAll(chunk.Select(async customer => (customer, await AskAsync(customer, sdk), await AskAsync(customer, sidecar))));
            differences.AddRange(answers.Where(static one => one.Item2 != one.Item3).Select(static one => $"{one.customer}\n  SDK     {one.Item2}\n  Sidecar {one.Item3}"));
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(5))}");
        Assert.Equal(calls, edge.Calls.Count);
    }

    private static async Task FillAsync(RandomCustomer customer, FakeEdgeApi edge, RunningSidecar sidecar)
    {
        // A resource can be read only when its customer is there, too.
        edge.Store(customer.Id, null, customer.Entitlements.DeepClone().AsArray());
        await sidecar.Client.ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = customer.Id });
        if (customer.ResourceId is { } resource)
        {
            edge.Store(customer.Id, resource, customer.Entitlements.DeepClone().AsArray());
            await sidecar.Client.ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = customer.Id, ResourceId = resource });
        }
    }

    private static async Task<Verdict> AskAsync(RandomCustomer customer, ReaderProcess sdk)
    {
        var options = new JsonObject { ["fallback"] = new JsonObject { ["hasAccess"] = customer.FallbackAccess } };
        if (customer.RequestedUsage is { } usage)
        {
            options["requestedUsage"] = usage;
        }

        if (customer.RequestedValues.Count > 0)
        {
            options["requestedValues"] = new JsonArray([.. customer.RequestedValues]);
        }

        var request = new JsonObject { ["customerId"] = customer.Id, ["featureId"] = customer.FeatureId, ["options"] = options };
        if (customer.ResourceId is { } resource)
        {
            request["resourceId"] = resource;
        }

        var method = customer.IsGeneric
            ? "getEntitlement"
            : customer.Kind switch { "BOOLEAN" => "getBooleanEntitlement", "ENUM" => "getEnumEntitlement", "NUMERIC" => "getNumericEntitlement", _ => "getMeteredEntitlement" };
        var (answer, _) = await sdk.AskAsync("test", customer.Id, method, request);

        var (hasAccess, isFallback, reason) = ((bool)answer["hasAccess"]!, (bool)answer["isFallback"]!, (string?)answer["accessDeniedReason"] ?? "");
        return new Verdict(
            hasAccess,
            isFallback && hasAccess && reason == "Unknown" ? "" : reason, // A fallback that gives access has no reason here (SIDECAR 5); the SDK leaves it.
            isFallback,
            customer.IsGeneric || isFallback ? null : (double?)answer["currentUsage"]);
    }

    private static async Task<Verdict> AskAsync(RandomCustomer customer, RunningSidecar sidecar)
    {
        var client = sidecar.Client;
        var resource = customer.ResourceId ?? "";
        if (customer.IsGeneric)
        {
            var options = new GetEntitlementOptions { Fallback = new GetEntitlementFallback { HasAccess = customer.FallbackAccess }, RequestedValues = { customer.RequestedValues } };
            if (customer.RequestedUsage is { } wanted)
            {
                options.RequestedUsage = wanted;
            }

            var any = await client.GetEntitlementAsync(new GetEntitlementRequest { CustomerId = customer.Id, FeatureId = customer.FeatureId, ResourceId = resource, Options = options });
            return new Verdict(any.HasAccess, any.HasAccessDeniedReason ? any.AccessDeniedReason.ToString() : "", any.IsFallback, null);
        }

        switch (customer.Kind)
        {
            case "BOOLEAN":
                var boolean = await client.GetBooleanEntitlementAsync(new GetBooleanEntitlementRequest
                {
                    CustomerId = customer.Id,
                    FeatureId = customer.FeatureId,
                    ResourceId = resource,
                    Options = new BooleanEntitlementOptions { Fallback = new BooleanEntitlementFallback { HasAccess = customer.FallbackAccess } },
                });
                return new Verdict(boolean.HasAccess, boolean.HasAccessDeniedReason ? boolean.AccessDeniedReason.ToString() : "", boolean.IsFallback, null);
            case "ENUM":
                var enumeration = await client.GetEnumEntitlementAsync(new GetEnumEntitlementRequest
                {
                    CustomerId = customer.Id,
                    FeatureId = customer.FeatureId,
                    ResourceId = resource,
                    Options = new EnumEntitlementOptions { RequestedValues = { customer.RequestedValues }, Fallback = new EnumEntitlementFallback { HasAccess = customer.FallbackAccess } },
                });
                return new Verdict(enumeration.HasAccess, enumeration.HasAccessDeniedReason ? enumeration.AccessDeniedReason.ToString() : "", enumeration.IsFallback, null);
            case "NUMERIC":
                var numeric = await client.GetNumericEntitlementAsync(new GetNumericEntitlementRequest
                {
                    CustomerId = customer.Id,
                    FeatureId = customer.FeatureId,
                    ResourceId = resource,
                    Options = new NumericEntitlementOptions { Fallback = new NumericEntitlementFallback { HasAccess = customer.FallbackAccess } },
                });
                return new Verdict(numeric.HasAccess, numeric.HasAccessDeniedReason ? numeric.AccessDeniedReason.ToString() : "", numeric.IsFallback, null);
            default:
                var metered = await client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest
                {
                    CustomerId = customer.Id,
                    FeatureId = customer.FeatureId,
                    ResourceId = resource,
                    Options = new MeteredEntitlementOptions { RequestedUsage = customer.RequestedUsage ?? 0, Fallback = new MeteredEntitlementFallback { HasAccess = customer.FallbackAccess } },
                });
                return new Verdict(metered.HasAccess, metered.HasAccessDeniedReason ? metered.AccessDeniedReason.ToString() : "", metered.IsFallback, metered.IsFallback ? null : metered.Entitlement.CurrentUsage);
        }
    }

    private sealed record Verdict(bool HasAccess, string Reason, bool IsFallback, double? Usage);
}
