using System.Net;
using System.Text.Json.Nodes;
using LocalSqs;
using LocalSqs.Faults;
using TestKit;

namespace PersistentCacheService.IntegrationTests.StatusPage;

/// <summary>What the side server answers for the page, without a browser.</summary>
public sealed class StatusEndpointTests
{
    // What must never be shown, whatever happens: of the environment, and of a message.
    private static readonly Dictionary<string, string?> Secrets = new(StringComparer.Ordinal)
    {
        ["SERVER_API_KEY"] = "server-key-5d1e77",
        ["REDIS_PASSWORD"] = "redis-word-81c2",
        ["REDIS_USERNAME"] = "default",
        ["AWS_ACCESS_KEY_ID"] = "AKIAABCDEFGHIJKLMNOP",
        ["AWS_SECRET_ACCESS_KEY"] = "aws-secret-93ab44",
        ["AWS_SESSION_TOKEN"] = "aws-token-17f0aa",
        ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=otlp-key-2b6d",
        ["ALL_PROXY"] = "http://someone:proxy-word-6c3e@127.0.0.1:9",
        ["NO_PROXY"] = "127.0.0.1",
    };

    [SkippableFact]
    public async Task No_secret_of_the_environment_is_shown_though_everything_fails()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync("--requirepass", "another-word");
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("updates");
        sqs.Faults.Inject(SqsFaultKind.AccessDenied);
        var environment = WorkerEnvironment.For(queue.Url, redis).With(
            ("DISABLE_SENTRY", null), ("SENTRY_DSN", "http://dsn-key-4e8b@127.0.0.1:9/1"), ("EDGE_API_URL", "http://127.0.0.1:9"), ("AWS_ROLE_ARN_CHAIN", null));
        foreach (var (name, value) in Secrets)
        {
            environment[name] = value;
        }

        await using var worker = await WorkerProcess.StartAsync(environment);
        await worker.WaitForEventAsync(2004);
        await worker.WaitForEventAsync(1106);
        var json = (await worker.GetAsync("/status"))!.Value.Body;
        var all = json + (await worker.GetAsync("/"))!.Value.Body;

        string[] secrets = ["server-key-5d1e77", "redis-word-81c2", "AKIAABCDEFGHIJKLMNOP", "aws-secret-93ab44", "aws-token-17f0aa", "otlp-key-2b6d", "proxy-word-6c3e", "dsn-key-4e8b"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        var settings = JsonNode.Parse(json)!["settings"]!.AsArray();
        foreach (var name in (string[])["SERVER_API_KEY", "REDIS_PASSWORD", "SENTRY_DSN", "AWS_SECRET_ACCESS_KEY", "ALL_PROXY"])
        {
            Assert.Equal(("set", "environment"), settings.Where(one => (string?)one!["name"] == name).Select(static one => ((string)one!["value"]!, (string)one["source"]!)).Single());
        }

        Assert.Contains("2004", JsonNode.Parse(json)!["lines"]!.AsArray().Select(static line => line!["event"]?.ToString()));
    }

    [SkippableFact]
    public async Task A_message_that_is_broken_is_told_of_without_its_body()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("updates");
        queue.Enqueue("""{"messageType":"entitlements-updated","customerId":"customer-of-a-body","entitlements":"<script>alert(1)</script>""");
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitForEventAsync(1201);

        var json = (await worker.GetAsync("/status"))!.Value.Body;
        Assert.Contains("Malformed message", json, StringComparison.Ordinal);
        Assert.DoesNotContain("customer-of-a-body", json, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", json, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Switched_off_there_is_no_page_and_all_else_is_there()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.CreateQueue("updates").Url, redis).With(("STATUS_PAGE", "0")));
        await worker.WaitUntilReadyAsync();

        foreach (var path in (string[])["/", "/status", "/runbooks/PersistentCacheRedisSlow"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await worker.GetAsync(path))!.Value.Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await worker.GetAsync("/metrics"))!.Value.Status);
    }

    [SkippableFact]
    public async Task The_answers_may_do_nothing_but_what_the_page_needs_and_are_read_only()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.CreateQueue("updates").Url, redis));
        await worker.WaitUntilReadyAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{worker.Port}") };

        using var page = await http.GetAsync("/");
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        using var posted = await http.PostAsync("/status", content: null);
        using var climbing = await http.GetAsync("/runbooks/..%2F..%2Fetc%2Fpasswd");
        using var status = await http.GetAsync("/status");

        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (page.StatusCode, page.Content.Headers.ContentType!.ToString()));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Matches("^default-src 'none'; script-src 'sha256-[^ ']+'; style-src 'sha256-[^ ']+'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$", policy);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal((page.Content.Headers.ContentLength, HttpStatusCode.OK), (head.Content.Headers.ContentLength, head.StatusCode));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound), (posted.StatusCode, climbing.StatusCode));
        Assert.True(status.Headers.CacheControl!.NoStore);
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("://", html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
