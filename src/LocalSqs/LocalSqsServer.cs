using System.Net;
using LocalSqs.Control;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalSqs;

/// <summary>An SQS emulator in this process, on a TCP port of its own. Disposing it frees the port and ends waiting receives.</summary>
public sealed class LocalSqsServer : IAsyncDisposable
{
    // Ten messages of 1 MiB, each byte escaped as \u00XX, would be 60 MiB; a batch is limited to 1 MiB unescaped, so 8 MiB take all but the absurd.
    private const long LargestRequest = 8 * 1024 * 1024;

    // Answers in progress get this long when the server stops.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly QueueRegistry _registry;
    private readonly QueueEnvironment _environment;
    private int _disposed;

    private LocalSqsServer(LocalSqsOptions options)
    {
        var clock = new ServerClock(options.TimeProvider);
        var loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        _environment = new QueueEnvironment(clock, options.Seed)
        {
            Region = options.Region,
            Shuffle = options.Shuffle,
            DuplicateShare = options.DuplicateShare,
        };
        _registry = new QueueRegistry(_environment);
        Faults = new SqsFaults(clock, options.Seed, options.Latency);
        var requests = new RequestCounts();
        var endpoint = new SqsEndpoint(
            new SqsDispatcher(_registry, Faults), Faults, requests, new RequestCheck(options, clock), clock, loggers.CreateLogger<LocalSqsServer>());

        // Empty: nothing of the process's environment, settings or working directory changes an emulator inside a test.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers).AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            Listen(kestrel, options);
        });
        _app = builder.Build();
        new ControlEndpoints(this, requests, clock).Map(_app);
        _app.MapPost("/{**path}", endpoint.HandleAsync); // a client may use the queue's own URL
    }

    /// <summary>Base URL, without a slash at the end: what a client gives as endpoint.</summary>
    public string ServiceUrl { get; private set; } = string.Empty;

    /// <summary>Base URL of the endpoints outside the SQS protocol.</summary>
    public string ControlUrl => ServiceUrl + ControlEndpoints.Prefix;

    /// <summary>Faults to inject while the server runs.</summary>
    public SqsFaults Faults { get; }

    /// <summary>Names of all queues.</summary>
    public IReadOnlyList<string> QueueNames => [.. _registry.All.Select(static queue => queue.Name)];

    /// <summary>Starts a server and creates its queues.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalSqsServer> StartAsync(LocalSqsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalSqsOptions();
        var server = new LocalSqsServer(options);
        try
        {
            await server._app.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        // Kestrel names the address it listens on; all addresses are reached through loopback.
        server.ServiceUrl = server._app.Urls.First()
            .Replace("//[::]:", "//127.0.0.1:", StringComparison.Ordinal)
            .Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal);
        foreach (var queue in options.Queues)
        {
            server.CreateQueue(queue);
        }

        return server;
    }

    /// <summary>URL of a queue, whether it exists or not.</summary>
    public string QueueUrl(string name) => $"{ServiceUrl}/{QueueRegistry.Account}/{name}";

    /// <summary>Creates a queue, and its dead-letter queue when that does not exist.</summary>
    public LocalQueue CreateQueue(LocalQueueOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.DeadLetterQueue is { } deadLetters && _registry.Find(deadLetters) is null)
        {
            CreateQueue(new LocalQueueOptions(deadLetters));
        }

        _registry.Create(options.Name, options.ToAttributes(_environment.ArnOf));
        return Queue(options.Name);
    }

    /// <summary>Creates a queue with SQS's defaults.</summary>
    public LocalQueue CreateQueue(string name) => CreateQueue(new LocalQueueOptions(name));

    /// <summary>Deletes a queue with its messages.</summary>
    /// <returns>Whether it existed.</returns>
    public bool DeleteQueue(string name) => _registry.Delete(name);

    /// <summary>A queue that exists.</summary>
    public LocalQueue Queue(string name) =>
        _registry.Find(name) is null ? throw new InvalidOperationException($"The queue {name} does not exist.") : new LocalQueue(_registry, name, QueueUrl(name));

    /// <summary>The queue itself, for this project's tests.</summary>
    internal SqsQueue FindQueue(string name) => _registry.Find(name) ?? throw new InvalidOperationException($"The queue {name} does not exist.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        foreach (var queue in _registry.All)
        {
            queue.EndReceives();
        }

        // The true time, not the emulator's: a test's clock that stands still must not keep a hanging request alive.
        using (var deadline = new CancellationTokenSource(StopTimeout, TimeProvider.System))
        {
            await _app.StopAsync(deadline.Token);
        }

        await _app.DisposeAsync();
        foreach (var queue in _registry.All)
        {
            queue.Dispose();
        }
    }

    private static void Listen(KestrelServerOptions kestrel, LocalSqsOptions options)
    {
        if (options.Host == "*")
        {
            kestrel.ListenAnyIP(options.Port);
        }
        else if (options.Host == "localhost" && options.Port != 0)
        {
            kestrel.ListenLocalhost(options.Port);
        }
        else
        {
            kestrel.Listen(options.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(options.Host), options.Port);
        }
    }
}
