using EntitlementCache.EdgeApi;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue;

/// <summary>The queues of this process, the most important first; starts and stops what runs for them.</summary>
internal sealed class QueueLanes : IHostedService, IAsyncDisposable
{
    private readonly List<IDisposable> _clients = [];

    public QueueLanes(IReadOnlyList<QueueSettings> queues, IServiceProvider process)
    {
        var edge = process.GetRequiredService<EdgeApiSettings>();
        var shares = EdgeShares(edge.Concurrency, queues.Count);
        EdgeCallsOfFirst = shares[0];
        All = [.. queues.Select((queue, i) => QueueLane.Build(queue, i == 0 ? process.GetRequiredService<EdgeApiClient>() : NewClient(edge with { Concurrency = shares[i] }, process), shares[i], process))];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<QueueLane> All { get; }

    /// <summary>The first: it decides whether the service is ready.</summary>
    public QueueLane First => All[0];

    /// <summary>How many calls to the Edge API the refreshes of the first queue may make at once; sweeps, refills and audits share these.</summary>
    public int EdgeCallsOfFirst { get; }

    /// <summary>Whether a change may wait in a queue for longer than <paramref name="grace"/>: messages lately did, or a queue cannot be received from.</summary>
    /// <param name="grace">What is no delay.</param>
    public bool AreMessagesLate(TimeSpan grace) =>
        All.Any(lane => lane.Lag.Largest > grace || lane.Health.LastFailure is not null || !lane.Health.IsUsable);

    /// <summary>Messages held, in flight or set aside.</summary>
    public int Held => All.Sum(static lane => lane.Permits.Taken + lane.Permits.Aside);

    /// <summary>Receive loops that run.</summary>
    public int Running => All.Sum(static lane => lane.Board.Running);

    /// <summary>How long ago the most silent receive loop gave a sign of life.</summary>
    public TimeSpan LongestSilenceNow => All.Max(static lane => lane.Board.LongestSilenceNow);

    /// <summary>No step of a healthy loop lasts as long as this.</summary>
    public TimeSpan LongestSilence => First.Board.LongestSilence;

    /// <summary>
    /// How many calls to the Edge API the refreshes of each queue may make at once: the first one at least half of all, the others the rest in equal parts, and each at least one.
    /// </summary>
    /// <param name="concurrency">Calls at once of the whole process.</param>
    /// <param name="queues">How many queues.</param>
    public static int[] EdgeShares(int concurrency, int queues)
    {
        var others = queues > 1 ? Math.Max(1, concurrency / 2 / (queues - 1)) : 0;
        return [Math.Max(1, concurrency - (others * (queues - 1))), .. Enumerable.Repeat(others, queues - 1)];
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(All.SelectMany(static lane => lane.Services).Select(service => service.StartAsync(cancellationToken)));

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(All.SelectMany(static lane => lane.Services).Select(service => service.StopAsync(cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in All)
        {
            await lane.DisposeAsync();
        }

        _clients.ForEach(static client => client.Dispose());
    }

    private EdgeApiClient NewClient(EdgeApiSettings settings, IServiceProvider process)
    {
        var client = new EdgeApiClient(
            settings,
            process.GetRequiredService<EdgeHttp>(),
            process.GetRequiredService<EdgeBreaker>(),
            process.GetRequiredService<EdgeHealth>(),
            process.GetRequiredService<EdgeMetrics>(),
            process.GetRequiredService<TimeProvider>(),
            process.GetRequiredService<Func<double>>());
        _clients.Add(client);
        return client;
    }
}
