using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.Processes;

namespace Demo;

/// <summary>What a reader in another language sees: the Sidecar, asked over HTTP, answers from the Redis that the worker filled.</summary>
internal static class SidecarReport
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task PrintAsync(DemoStack stack, Checklist checks)
    {
        var (port, httpPort) = (FreePort.Next(), FreePort.Next());
        await using var sidecar = await ChildProcess.StartAsync(new ChildProcessSpec(Path.Combine(AppContext.BaseDirectory, "stigg-sidecar"))
        {
            InheritEnvironment = false,
            Environment = Settings(stack, port, httpPort),
        });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), Timeout = TimeSpan.FromSeconds(10) };
        var isReady = await HoldsInTimeAsync(() => IsReadyAsync(http), "/readyz answers 200");
        checks.Add("the Sidecar is ready", isReady);
        if (!isReady)
        {
            return;
        }

        // A Sidecar is ready before it has reached a slow Redis. Until then it asks the Edge API, which knows nothing of this customer here.
        JsonArray entitlements = [];
        await HoldsInTimeAsync(async () => (entitlements = await AskAsync(http)).Count > 0, "the Sidecar answers from the cache");
        Page.Title($"The Sidecar, asked for {Story.Customer} (gRPC on port {port}, HTTP on port {httpPort})");
        Page.Line($"curl -d '{{\"customerId\":\"{Story.Customer}\"}}' {http.BaseAddress}v1/GetEntitlementsStateV2");
        Page.Table(["entitlement", "access", "usage", "limit", "why not"], [.. entitlements.Select(static one => Row(one!))]);

        checks.Add("the Sidecar answers all five entitlements from the cache", entitlements.Count == 5 && entitlements.All(static one => !(bool)one!["isFallback"]!));
        checks.Add("the Sidecar says that 120 api-calls are used", entitlements.Any(static one => IdOf(one!) == "api-calls" && (double?)one!["metered"]?["currentUsage"] == 120));
    }

    private static string[] Row(JsonNode one)
    {
        var detail = one["metered"] ?? one["credit"] ?? one["numeric"];
        return
        [
            IdOf(one),
            (bool)one["hasAccess"]! ? "yes" : "no",
            Text(detail?["currentUsage"]),
            (bool?)detail?["isUnlimited"] == true ? "unlimited" : Text(detail?["usageLimit"] ?? detail?["value"]),
            ((string?)one["accessDeniedReason"] ?? "").Replace("ACCESS_DENIED_REASON_", "", StringComparison.Ordinal),
        ];
    }

    private static string IdOf(JsonNode one) =>
        (string?)(one["boolean"] ?? one["numeric"] ?? one["metered"] ?? one["enum"])?["feature"]?["id"] ?? (string?)one["credit"]?["currency"]?["currencyId"] ?? "?";

    private static string Text(JsonNode? number) => number is null ? "" : ((double)number).ToString(CultureInfo.InvariantCulture);

    private static async Task<JsonArray> AskAsync(HttpClient http)
    {
        using var question = new StringContent($$"""{"customerId":"{{Story.Customer}}"}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri("/v1/GetEntitlementsStateV2", UriKind.Relative), question);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())?["entitlements"]?.AsArray() ?? [];
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> HoldsInTimeAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.HoldsAsync(condition, what, Deadline);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static Dictionary<string, string?> Settings(DemoStack stack, int port, int httpPort) => new()
    {
        ["REDIS_ENVIRONMENT_PREFIX"] = DemoStack.Prefix,
        ["REDIS_HOST"] = stack.Redis.Host,
        ["REDIS_PORT"] = stack.Redis.Port.ToString(CultureInfo.InvariantCulture),
        ["EDGE_API_URL"] = stack.Edge.Url,
        ["API_URL"] = stack.Edge.Url,
        ["SERVER_API_KEY"] = stack.Edge.ApiKey,
        ["DISABLE_SENTRY"] = "1",
        ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["HTTP_PORT"] = httpPort.ToString(CultureInfo.InvariantCulture),
    };
}
