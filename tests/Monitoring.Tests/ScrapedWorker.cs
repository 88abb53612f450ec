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
    public const int Messages = 10_000;

    private const int Scrapes = 100;

    // Null when a prerequisite is missing.
    private MetricsPage? _page;

    /// <summary>The pages shown while it worked, in order.</summary>
    public IReadOnlyList<MetricsPage> UnderLoad { get; private set; } = [];

    /// <summary>Time and allocated bytes of one scrape over HTTP, all the service does besides included, once the queue is empty.</summary>
    public (TimeSpan Time, double AllocatedBytes) Cost { get; private set; }

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
        var pages = new List<MetricsPage>();
        await worker.WaitAsync(
            async () =>
            {
                if (await worker.GetAsync("/metrics") is (HttpStatusCode.OK, var text))
                {
                    pages.Add(MetricsPage.Parse(text));
                }

                return pages.Count > 0 && HasHandledAll(pages[^1]);
            },
            "the worker has handled all messages and knows Redis' figures",
            TimeSpan.FromMinutes(2));

        // A page is made row by row: what happens meanwhile may show in its last rows only.
        _page = MetricsPage.Parse((await worker.GetAsync("/metrics"))!.Value.Body);
        UnderLoad = pages[..^1];
        Cost = await MeasureAsync(worker);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<(TimeSpan Time, double AllocatedBytes)> MeasureAsync(WorkerProcess worker)
    {
        async Task<double> AllocatedAsync() => MetricsPage.Parse((await worker.GetAsync("/metrics"))!.Value.Body).Sum("dotnet_gc_allocated_bytes_total");
        var before = await AllocatedAsync();
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 1; i < Scrapes; i++)
        {
            await worker.GetAsync("/metrics");
        }

        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return (elapsed / (Scrapes - 1), (await AllocatedAsync() - before) / Scrapes);
    }

    private static bool HasHandledAll(MetricsPage page) =>
        page.Sum("persistent_cache_delete_entries_total", ("result", "deleted")) == Messages + 1
        && page.Sum("persistent_cache_messages_total", ("outcome", "malformed")) == 1
        && page.Knows("persistent_cache_hit_ratio");
}
