using System.Net;
using LocalSqs;
using TestKit;
using TestKit.EdgeApi;
using TestKit.Messages;
using TestKit.Sentry;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Errors of a worker reach Sentry, wherever its address comes from; and Sentry, or who knows its address, never holds up the worker.</summary>
public sealed class ErrorReportingTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private LocalSqsServer _sqs = null!;
    private LocalQueue _queue = null!;
    private FakeEdgeApi _edge = null!;
    private IngestServer _sentry = null!;

    public async Task InitializeAsync()
    {
        if (!Prerequisite.RedisServer.IsPresent && !Prerequisite.IsContinuousIntegration)
        {
            return;
        }

        _redis = await RedisServer.StartAsync();
        _sqs = await LocalSqsServer.StartAsync();
        _edge = await FakeEdgeApi.StartAsync();
        _sentry = await IngestServer.StartAsync();
        _queue = _sqs.CreateQueue(new LocalQueueOptions("q"));
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _sentry.DisposeAsync();
            await _edge.DisposeAsync();
            await _sqs.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_is_reported_to_the_sentry_that_the_environment_or_the_edge_api_names(bool isRemote)
    {
        Prerequisite.RedisServer.Demand();
        _edge.SentryDsn = isRemote ? _sentry.Dsn : "http://another@127.0.0.1:9/1";
        await RefuseWritesOfCustomerAsync("broken");
        await using var worker = await StartAsync(("SENTRY_DSN", isRemote ? null : _sentry.Dsn), ("SENTRY_ENVIRONMENT", "drills"));
        await worker.WaitAsync(() => Task.FromResult(_sentry.Received.Count > 0), "an error event arrives");

        var reported = _sentry.Received[0].Event;
        Assert.Equal("1.0.0", reported.GetProperty("release").GetString());
        Assert.Equal("drills", reported.GetProperty("environment").GetString());
        Assert.Equal(Environment.MachineName, reported.GetProperty("server_name").GetString());
        Assert.Equal("UsageUpdated", reported.GetProperty("tags").GetProperty("Type").GetString());
        Assert.DoesNotContain("pass-5c", _sentry.Received[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_edge.ApiKey, _sentry.Received[0].Text, StringComparison.Ordinal);
        await worker.WaitAsync(async () => await worker.MetricAsync("""persistent_cache_sentry_events_total{outcome="sent"}""") == 1, "the event is counted");
        Assert.Equal(isRemote ? 1 : 0, _edge.Calls.Count);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Neither_a_hanging_configuration_nor_a_hanging_sentry_holds_up_start_work_or_stop()
    {
        Prerequisite.RedisServer.Demand();
        _edge.ConfigurationAnswer = EdgeAnswer.Hang;
        await RefuseWritesOfCustomerAsync("broken");
        await using (var worker = await StartAsync(("SENTRY_DSN", null)))
        {
            await worker.WaitForEventAsync(1206);
            Assert.Equal(HttpStatusCode.OK, (await worker.GetAsync("/readyz"))!.Value.Status);
            Assert.Equal(0, await worker.TerminateAsync());
        }

        _sentry.Hang();
        _queue.Enqueue(StiggMessages.PackagePublished());
        await using (var worker = await StartAsync(("SENTRY_DSN", _sentry.Dsn)))
        {
            // Longer than the visibility timeout: on a busy machine the emulator may still have sent it to the last poll of the worker before.
            await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 1), "the other message is deleted", TimeSpan.FromSeconds(60));
            Assert.Equal(0, await worker.TerminateAsync());
        }
    }

    [SkippableFact]
    public async Task A_configuration_that_cannot_be_read_is_told_and_asked_for_again()
    {
        Prerequisite.RedisServer.Demand();
        _edge.ConfigurationAnswer = EdgeAnswer.ServerError();
        _edge.SentryDsn = _sentry.Dsn;
        await RefuseWritesOfCustomerAsync("broken");
        await using var worker = await StartAsync(("SENTRY_DSN", null));
        var line = await worker.WaitForEventAsync(1411);
        Assert.Equal("ServerError", (string?)line["result"]);
        _edge.ConfigurationAnswer = EdgeAnswer.Normal;

        await worker.WaitAsync(() => Task.FromResult(_sentry.Received.Count > 0), "the error that waited is delivered");
        Assert.Equal(0, await worker.TerminateAsync());
    }

    /// <summary>Redis lets the worker write all but this customer's keys: an error that concerns one message.</summary>
    private async Task RefuseWritesOfCustomerAsync(string customer)
    {
        await _redis.CliAsync("ACL", "SETUSER", "worker", "on", ">pass-5c", "+@all", "~production:c_customer-*", "~production:c_#timestamp", "~production-*");
        _queue.Enqueue(new UsageMessage { CustomerId = customer, Id = "seats", CurrentUsage = 1, Time = MessageGenerator.BaseTime }.Body());
    }

    private Task<WorkerProcess> StartAsync(params ReadOnlySpan<(string Name, string? Value)> values) => WorkerProcess.StartAsync(
        WorkerEnvironment.For(_queue.Url, _redis).With(("EDGE_API_URL", _edge.Url), ("SERVER_API_KEY", _edge.ApiKey), ("DISABLE_SENTRY", "0"), ("REDIS_USERNAME", "worker"), ("REDIS_PASSWORD", "pass-5c")).With(values));
}
