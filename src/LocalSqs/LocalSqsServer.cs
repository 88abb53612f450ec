using System.Net;
using LocalSqs.Authentication;
using LocalSqs.Control;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LocalSqs;

/// <summary>An SQS emulator in this process, on a TCP port of its own. Disposing it frees the port and ends waiting receives.</summary>
public sealed class LocalSqsServer : IAsyncDisposable
{
    // Ten messages of 1 MiB, each byte escaped as \u00XX, would be 60 MiB; a batch is limited to 1 MiB unescaped, so 8 MiB take all but the absurd.
    private const long LargestRequest = 8 * 1024 * 1024;

    // Answers in progress get this long when the server stops.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _kestrel;
    private readonly SocketTransportFactory _transport;
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
        Faults = new SqsFaults(clock, options.Seed, options.Latency, options.ErrorRate);
        var requests = new RequestCounts();
        var dispatcher = new SqsDispatcher(_registry, Faults);
        var signatures = options.Credentials is null ? null : new SignatureVerifier(options.Credentials, options.Region, clock);
        var logger = loggers.CreateLogger<LocalSqsServer>();
        Application = new SqsApplication(dispatcher, new ControlEndpoints(this, _registry, requests, clock), signatures, Faults, requests, clock, logger);

        // The transport's defaults are the fastest here: inline scheduling was measured at 60 % of the calls a second on one core.
        _transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = LargestRequest;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        Listen(kestrel, options);
        _kestrel = new KestrelServer(Options.Create(kestrel), _transport, loggers);
    }

    /// <summary>Base URL, without a slash at the end: what a client gives as endpoint.</summary>
    public string ServiceUrl { get; private set; } = string.Empty;

    /// <summary>Base URL of the endpoints outside the SQS protocol.</summary>
    public string ControlUrl => ServiceUrl + ControlEndpoints.Prefix;

    /// <summary>Faults to inject while the server runs.</summary>
    public SqsFaults Faults { get; }

    /// <summary>Names of all queues.</summary>
    public IReadOnlyList<string> QueueNames => [.. _registry.All.Select(static queue => queue.Name)];

    private SqsApplication Application { get; }

    /// <summary>Starts a server and creates its queues.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalSqsServer> StartAsync(LocalSqsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalSqsOptions();
        var server = new LocalSqsServer(options);
        try
        {
            await server._kestrel.StartAsync(server.Application, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        // Kestrel names the address it listens on; all addresses are reached through loopback.
        server.ServiceUrl = server._kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()
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
            await _kestrel.StopAsync(deadline.Token);
        }

        _kestrel.Dispose();
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
