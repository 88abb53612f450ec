using System.Globalization;
using LocalSqs;
using TestKit;
using TestKit.Messages;
using TestKit.Processes;

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
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [new LocalQueueOptions("updates")] });
        var queue = sqs.Queue("updates");
        queue.Enqueue(new MessageGenerator { Customers = 50 }.Generate(Messages, prime: true).Select(message => message.Body()));
        queue.Enqueue(StiggMessages.PackagePublished(), StiggMessages.Malformed.Values.First());

        var port = FreePort.Next();
        await using var worker = await StartWorkerAsync(redis, sqs, queue, port);
        _page = await ScrapeWhenDoneAsync(worker, port);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static Task<ChildProcess> StartWorkerAsync(RedisServer redis, LocalSqsServer sqs, LocalQueue queue, int port)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "persistent-cache-service.dll");
        return ChildProcess.StartAsync(new ChildProcessSpec("dotnet", assembly)
        {
            InheritEnvironment = false,
            Environment = new Dictionary<string, string?>
            {
                ["AWS_REGION"] = "us-east-1",
                ["AWS_ENDPOINT_URL_SQS"] = sqs.ServiceUrl,
                ["AWS_ACCESS_KEY_ID"] = "test",
                ["AWS_SECRET_ACCESS_KEY"] = "test",
                ["QUEUE_URL"] = queue.Url,
                ["SERVER_API_KEY"] = "test",
                ["REDIS_HOST"] = redis.Host,
                ["REDIS_PORT"] = redis.Port.ToString(CultureInfo.InvariantCulture),
                ["BATCH_SIZE"] = "10",
                ["WAIT_TIME_IN_SECS"] = "1",
                ["CACHE_UPDATE_POLICY"] = "UPSERT",
                ["DISABLE_SENTRY"] = "1",
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    private static async Task<MetricsPage> ScrapeWhenDoneAsync(ChildProcess worker, int port)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        MetricsPage? page = null;
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    page = await TryScrapeAsync(client);
                    return page is not null
                        && page.Sum("persistent_cache_delete_entries_total", ("result", "deleted")) >= Messages + 1
                        && page.Sum("persistent_cache_messages_total", ("outcome", "malformed")) >= 1
                        && page.Types.ContainsKey("persistent_cache_hit_ratio");
                },
                "the worker has handled all messages and knows Redis' figures",
                TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException(worker.Describe($"did not finish. Its metrics page:\n{page?.Text}"), exception);
        }

        return page!;
    }

    private static async Task<MetricsPage?> TryScrapeAsync(HttpClient client)
    {
        try
        {
            return MetricsPage.Parse(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return null;
        }
    }
}
