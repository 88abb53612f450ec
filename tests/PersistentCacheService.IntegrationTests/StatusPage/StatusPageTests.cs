using LocalSqs;
using LocalSqs.Faults;
using TestKit;
using TestKit.Browser;
using TestKit.Messages;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests.StatusPage;

/// <summary>The page as people see it, in a browser, against a running worker in the states it can be in.</summary>
public sealed class StatusPageTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [SkippableFact]
    public async Task Under_load_it_says_ready_and_draws_what_two_queues_bring()
    {
        var browser = fixture.Browser;
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var (updates, bulk) = (sqs.CreateQueue(new LocalQueueOptions("updates") { DeadLetterQueue = "dead" }), sqs.CreateQueue(new LocalQueueOptions("bulk") { DeadLetterQueue = "dead" }));
        updates.Enqueue(new MessageGenerator { Customers = 50 }.Generate(5_000, prime: true).Select(static message => message.Body()));
        bulk.Enqueue(StiggMessages.Purge(("customer-of-bulk", null)));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For($"{updates.Url},{bulk.Url}", redis));
        await worker.WaitUntilReadyAsync();
        await using var page = await OpenAsync(browser, worker);

        var text = await ShowsAsync(page, "5,000", "AWS SDK's default chain", "Redis takes writes, and the queue answers");
        Assert.Equal("Ready", await BadgeAsync(page));
        Assert.Contains("bulk", text, StringComparison.Ordinal);
        Assert.Contains("None since the start.", text, StringComparison.Ordinal);
        await Eventually.HoldsAsync(
            async () => (bool?)await page.EvaluateAsync("[...document.querySelectorAll('#charts path.s0')].some(path => (path.getAttribute('d') ?? '').includes('L'))") == true, "a chart has a line");
        Assert.Contains("Messages. processed: now ", string.Join('\n', (await page.ReadAloudAsync()).Select(static one => one.Name)), StringComparison.Ordinal);
        await PageRules.HoldAsync(page, worker);
    }

    [SkippableFact]
    public async Task While_Redis_is_down_it_says_why_what_to_do_and_shows_the_warning()
    {
        var browser = fixture.Browser;
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.CreateQueue("updates").Url, redis));
        await worker.WaitUntilReadyAsync();
        await using var page = await OpenAsync(browser, worker);
        await ShowsAsync(page, "Redis takes writes");
        await redis.KillAsync();

        await ShowsAsync(page, "Redis takes no writes: ConnectFailed", "To do: check REDIS_HOST", "Receiving pauses: Redis does not accept writes", "1300");
        Assert.Equal("Not ready", await BadgeAsync(page));
        var runbook = (string)(await page.EvaluateAsync("document.querySelector('#troubles a').getAttribute('href')"))!;
        Assert.Equal("runbooks/PersistentCacheRedisDisconnected", runbook);
        Assert.Equal(await File.ReadAllTextAsync(RepositoryRoot.File("docs", $"{runbook}.md")), (await worker.GetAsync($"/{runbook}"))!.Value.Body);
        await PageRules.HoldAsync(page, worker);

        await redis.RestartAsync();
        await ShowsAsync(page, "Redis takes writes, and the queue answers");
        Assert.Equal("Ready", await BadgeAsync(page));
    }

    [SkippableFact]
    public async Task While_the_queue_refuses_the_worker_it_names_the_queue_and_the_missing_rights()
    {
        var browser = fixture.Browser;
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue("updates");
        sqs.Faults.Inject(SqsFaultKind.AccessDenied);
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitForEventAsync(1100);
        await using var page = await OpenAsync(browser, worker);

        await ShowsAsync(page, "Queue updates cannot be used: AccessDenied", "To do: allow sqs:ReceiveMessage", "Runbook PersistentCacheQueueMisconfigured", "The queue cannot be used: ReceiveMessage failed");
        Assert.Equal("Not ready", await BadgeAsync(page));
        await PageRules.HoldAsync(page, worker);
    }

    [SkippableFact]
    public async Task While_it_drains_with_a_backlog_it_says_stopping_and_afterwards_that_there_is_no_answer()
    {
        var browser = fixture.Browser;
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("updates") { VisibilityTimeoutSeconds = 600 });
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(("SHUTDOWN_TIMEOUT_IN_SECS", "60"), ("REDIS_COMMAND_TIMEOUT_IN_MS", "120000")));
        await worker.WaitUntilReadyAsync();
        await using var page = await OpenAsync(browser, worker);
        await redis.CliAsync("CLIENT", "PAUSE", "120000", "WRITE");
        queue.Enqueue(new MessageGenerator { Customers = 1_000 }.Generate(1_000, prime: true).Select(static message => message.Body()));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.InFlight >= 100), "messages are in hand");
        worker.Send(Signal.Terminate);

        await ShowsAsync(page, "Stopping: nothing more is received", " in flight", " of 300");
        Assert.Equal("Stopping", await BadgeAsync(page));
        Assert.Matches("[1-9][0-9]* in flight", (string)(await page.EvaluateAsync("document.querySelector('#troubles').innerText"))!);
        await PageRules.HoldAsync(page, worker);

        await redis.CliAsync("CLIENT", "UNPAUSE");
        Assert.Equal(0, await worker.WaitForExitAsync());
        await Eventually.HoldsAsync(async () => await BadgeAsync(page) == "No answer", "the page says that there is no answer");
        Assert.Contains("All of this is as of", await page.TextAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_reader_can_stop_the_updates_and_keeps_the_focus_while_they_continue()
    {
        var browser = fixture.Browser;
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(sqs.CreateQueue("updates").Url, redis));
        await worker.WaitUntilReadyAsync();
        await using var page = await OpenAsync(browser, worker);
        await ShowsAsync(page, "runbooks, one for each alert");
        await page.EvaluateAsync("document.querySelector('summary').focus()");
        var asked = page.Requests.Count;
        await Eventually.HoldsAsync(() => page.Requests.Count >= asked + 2, "it asks again by itself");
        Assert.Equal("SUMMARY", (string?)await page.EvaluateAsync("document.activeElement.tagName"));

        await page.EvaluateAsync("document.getElementById('pause').click()");
        Assert.Equal("true", (string?)await page.EvaluateAsync("document.getElementById('pause').getAttribute('aria-pressed')"));
        asked = page.Requests.Count;
        await page.EvaluateAsync("new Promise(done => setTimeout(done, every + 500))");
        Assert.Equal(asked, page.Requests.Count);
        await page.EvaluateAsync("document.getElementById('pause').click()");
        await Eventually.HoldsAsync(() => page.Requests.Count > asked, "it asks again");
    }

    private static Task<BrowserPage> OpenAsync(Chromium browser, WorkerProcess worker) => browser.OpenAsync(new Uri($"http://127.0.0.1:{worker.Port}/"), BrowserScreen.Desktop);

    private static async Task<string> ShowsAsync(BrowserPage page, params string[] parts)
    {
        var text = "";
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    text = await page.TextAsync();
                    return parts.All(part => text.Contains(part, StringComparison.Ordinal));
                },
                "the page shows it");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"Not shown: {string.Join(", ", parts.Where(part => !text.Contains(part, StringComparison.Ordinal)))}\n{string.Join('\n', page.Complaints)}\n{text}", exception);
        }

        return text;
    }

    private static async Task<string?> BadgeAsync(BrowserPage page) => (string?)await page.EvaluateAsync("document.getElementById('badge').textContent");
}
