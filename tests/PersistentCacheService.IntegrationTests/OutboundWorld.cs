using LocalSqs;
using TestKit;
using TestKit.Credentials;
using TestKit.EdgeApi;
using TestKit.Messages;
using TestKit.Sentry;

namespace PersistentCacheService.IntegrationTests;

/// <summary>All that a worker calls by HTTP, for tests of the way there.</summary>
internal sealed class OutboundWorld : IAsyncLifetime
{
    private LocalSqsServer? _sqs;
    private CredentialServer? _sts;
    private FakeEdgeApi? _edge;
    private IngestServer? _sentry;
    private LocalQueue? _queue;

    /// <summary>SQS with the queue <c>q</c>.</summary>
    public LocalSqsServer Sqs => _sqs!;

    /// <summary>STS, and the other sources of credentials.</summary>
    public CredentialServer Sts => _sts!;

    /// <summary>The Edge API.</summary>
    public FakeEdgeApi Edge => _edge!;

    /// <summary>Sentry.</summary>
    public IngestServer Sentry => _sentry!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        (_sqs, _sts, _edge, _sentry) = (await LocalSqsServer.StartAsync(), await CredentialServer.StartAsync(), await FakeEdgeApi.StartAsync(), await IngestServer.StartAsync());
        _queue = _sqs.CreateQueue(new LocalQueueOptions("q"));
        _edge.Store("customer-1", null, []);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Sentry.DisposeAsync();
        await Edge.DisposeAsync();
        await Sts.DisposeAsync();
        await Sqs.DisposeAsync();
    }

    /// <summary>The environment of a worker with a web identity that finds them at these origins.</summary>
    public async Task<Dictionary<string, string?>> EnvironmentAsync(RedisServer redis, string sqs, string sts, string edge, string sentry)
    {
        var token = Path.Combine(redis.DataDirectory, "token");
        await File.WriteAllTextAsync(token, "jwt");
        return WorkerEnvironment.For($"{sqs}/000000000000/q", redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_ROLE_ARN", CredentialServer.RoleArn), ("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ENDPOINT_URL_STS", sts),
            ("EDGE_API_URL", edge), ("SERVER_API_KEY", Edge.ApiKey), ("DISABLE_SENTRY", "0"), ("SENTRY_DSN", $"{sentry.Replace("://", "://public@", StringComparison.Ordinal)}/42"));
    }

    /// <summary>Lets STS refuse the role. A worker is started after this: one that has its keys already does not ask again, and has no error for Sentry.</summary>
    public void RefuseRole() => Sts.StsRefusal = new StsRefusal("AccessDenied", "Not now", 403);

    /// <summary>
    /// Demands every way of a worker that was started after <see cref="RefuseRole"/>: its role cannot be assumed at first, which is an error for Sentry, and
    /// then can; it applies a message that needs the Edge API.
    /// </summary>
    public async Task WorksAsync(WorkerProcess worker)
    {
        await worker.WaitAsync(() => Task.FromResult(Sentry.Received.Count > 0), "Sentry has the error");
        Sts.StsRefusal = null;
        _queue!.Enqueue(StiggMessages.EntitlementsWebhook("customer-1"));
        await worker.WaitAsync(() => Task.FromResult(_queue.Counts.Total == 0), "the message is deleted");
        Assert.NotEmpty(Sts.Shown);
        Assert.Contains(Edge.Calls, static call => call.CustomerId == "customer-1");
    }
}
