using System.Net;
using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.Messages;

namespace Monitoring.Tests;

/// <summary>A real worker process that has handled messages of several kinds, and the metrics page it showed afterwards.</summary>
public sealed class ScrapedWorker : IAsyncLifetime
{
    /// <summary>Messages that are written; one more is ignored and one is malformed.</summary>
    public const int Messages = 2_000;

    // Null when a prerequisite is missing.
    private MetricsPage? _page;

    /// <summary>The page, or a skipped test.</summary>
    public MetricsPage Page
    {
        get
        {
            Prerequisite.RedisServer.Demand();
            return _page!;
        }
    }

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent)
        {
            return;
        }

        await using var redis = await RedisServer.StartAsync();
        // Longer than the test: the malformed message must not come a second time, nor another one on a slow machine.
        var updates = new LocalQueueOptions("updates") { VisibilityTimeoutSeconds = 600 };
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [updates] });
        var queue = sqs.Queue("updates");
        queue.Enqueue(new MessageGenerator { Customers = 50 }.Generate(Messages, prime: true).Select(message => message.Body()));
        queue.Enqueue(StiggMessages.PackagePublished(), StiggMessages.Malformed.Values.First());

        await using var worker = await WorkerProcess.StartAsync(
            WorkerEnvironment.For(queue.Url, redis).With(("AWS_ENDPOINT_URL_SQS", sqs.ServiceUrl), ("WAIT_TIME_IN_SECS", "1")));
        await worker.WaitAsync(
            async () =>
            {
                _page = await worker.GetAsync("/metrics") is (HttpStatusCode.OK, var text) ? MetricsPage.Parse(text) : null;
                return _page is not null && HasHandledAll(_page);
            },
            "the worker has handled all messages and knows Redis' figures",
            TimeSpan.FromMinutes(2));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static bool HasHandledAll(MetricsPage page) =>
        page.Sum("persistent_cache_delete_entries_total", ("result", "deleted")) == Messages + 1
        && page.Sum("persistent_cache_messages_total", ("outcome", "malformed")) == 1
        && page.Types.ContainsKey("persistent_cache_hit_ratio");
}
