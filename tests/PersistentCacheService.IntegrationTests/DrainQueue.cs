using System.Globalization;
using LocalSqs;
using TestKit;

namespace PersistentCacheService.IntegrationTests;

/// <summary>A queue of either emulator, as far as a drain needs it.</summary>
internal sealed class DrainQueue : IAsyncDisposable
{
    private const string Name = "drain";

    private static readonly string[] CountAttributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    private readonly IAsyncDisposable _server;
    private readonly Func<IEnumerable<string>, Task> _fill;
    private readonly Func<Task<int>> _count;

    private DrainQueue(IAsyncDisposable server, string url, Func<IEnumerable<string>, Task> fill, Func<Task<int>> count)
    {
        _server = server;
        _fill = fill;
        _count = count;
        Url = url;
    }

    /// <summary>What the worker gets as QUEUE_URL.</summary>
    public string Url { get; }

    /// <summary>A queue of our own emulator.</summary>
    public static async Task<DrainQueue> LocalSqsAsync()
    {
        var server = await LocalSqsServer.StartAsync(new LocalSqsOptions { Queues = [new LocalQueueOptions(Name)] });
        var queue = server.Queue(Name);
        return new DrainQueue(
            server,
            queue.Url,
            bodies =>
            {
                queue.Enqueue(bodies);
                return Task.CompletedTask;
            },
            () => Task.FromResult(queue.Counts.Total));
    }

    /// <summary>A queue of the emulator that is not ours.</summary>
    public static async Task<DrainQueue> FauxqsAsync()
    {
        var server = await FauxqsServer.StartAsync();
        var url = await server.CreateQueueAsync(Name);
        return new DrainQueue(server, url, bodies => server.PushAsync(Name, bodies), () => CountAsync(server, url));
    }

    /// <summary>Puts messages in.</summary>
    public Task FillAsync(IEnumerable<string> bodies) => _fill(bodies);

    /// <summary>How many messages are in it, in flight included.</summary>
    public Task<int> CountAsync() => _count();

    private static async Task<int> CountAsync(FauxqsServer server, string url)
    {
        var answer = await server.CallAsync("GetQueueAttributes", new { QueueUrl = url, AttributeNames = CountAttributes });
        return CountAttributes.Sum(name => int.Parse(answer["Attributes"]![name]!.GetValue<string>(), CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
