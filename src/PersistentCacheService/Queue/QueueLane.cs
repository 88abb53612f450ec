using Amazon.SQS;
using EntitlementCache.EdgeApi;
using EntitlementCache.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Credentials;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Refreshing;
using PersistentCacheService.Settings;
using PersistentCacheService.Warming;

namespace PersistentCacheService.Queue;

/// <summary>
/// All that one queue has to itself: receivers, permits, acknowledgements, credentials, health, and its share of the calls to the Edge API. So a queue that is slow, fails or is
/// flooded takes nothing from another one but processor time. Redis, metrics and the phases of a stop are the process's.
/// </summary>
internal sealed class QueueLane : IAsyncDisposable
{
    private readonly ServiceProvider _parts;

    private QueueLane(QueueSettings settings, ServiceProvider parts)
    {
        _parts = parts;
        Settings = settings;
        Board = parts.GetRequiredService<ConsumerBoard>();
        Width = parts.GetRequiredService<PollWidth>();
        Permits = parts.GetRequiredService<InFlightLimiter>();
        Health = parts.GetRequiredService<QueueHealth>();
        Properties = parts.GetRequiredService<QueueProperties>();
        Settler = parts.GetRequiredService<Settler>();
        Queue = parts.GetRequiredService<ConsumedQueue>();
        Refresher = parts.GetRequiredService<Refresher>();
        Memory = parts.GetRequiredService<MemoryShortage>();
        Lag = parts.GetRequiredService<QueueLag>();
        Receivers = [.. parts.GetServices<Receiver>()];
        Services = [parts.GetRequiredService<QueueAttributesMonitor>(), .. Receivers];
    }

    /// <summary>Which queue, and how it is consumed.</summary>
    public QueueSettings Settings { get; }

    /// <summary>Its receive loops' signs of life.</summary>
    public ConsumerBoard Board { get; }

    /// <summary>How many of them ask it.</summary>
    public PollWidth Width { get; }

    /// <summary>Its messages in flight.</summary>
    public InFlightLimiter Permits { get; }

    /// <summary>Whether it can be used.</summary>
    public QueueHealth Health { get; }

    /// <summary>What it says about its deliveries.</summary>
    public QueueProperties Properties { get; }

    /// <summary>Its acknowledgements.</summary>
    public Settler Settler { get; }

    /// <summary>Its calls.</summary>
    public ConsumedQueue Queue { get; }

    /// <summary>Its refreshes.</summary>
    public Refresher Refresher { get; }

    /// <summary>What happens when memory runs out.</summary>
    public MemoryShortage Memory { get; }

    /// <summary>How old its messages are when they come.</summary>
    public QueueLag Lag { get; }

    /// <summary>Its receive loops.</summary>
    public IReadOnlyList<Receiver> Receivers { get; }

    /// <summary>What runs while the service does.</summary>
    public IReadOnlyList<IHostedService> Services { get; }

    /// <summary>Makes the parts; nothing runs yet.</summary>
    /// <param name="settings">Which queue.</param>
    /// <param name="edge">Its own calls to the Edge API, so many at once.</param>
    /// <param name="concurrency">How many.</param>
    /// <param name="process">What all queues share.</param>
    public static QueueLane Build(QueueSettings settings, EdgeApiClient edge, int concurrency, IServiceProvider process)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddSingleton(edge);
        Share<TimeProvider>();
        Share<Func<double>>();
        Share<ILoggerFactory>();
        Share<IHostApplicationLifetime>();
        Share<ShutdownPhases>();
        Share<WriteGate>();
        Share<CacheWriter>();
        Share<ServiceMetrics>();
        Share<Tally>();
        Share<EventWitness>();
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(provider => QueueCredentials.Create(
            settings,
            process.GetRequiredService<EdgeApiSettings>(),
            process.GetRequiredService<TimeProvider>(),
            process.GetRequiredService<Func<double>>(),
            process.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IAmazonSQS>(provider => SqsClient.Create(settings, provider.GetRequiredService<RememberedCredentials>()));
        services.AddSingleton<ConsumerBoard>();
        services.AddSingleton<PollWidth>();
        services.AddSingleton<MemoryShortage>();
        services.AddSingleton<QueueHealth>();
        services.AddSingleton<QueueProperties>();
        services.AddSingleton<QueueLag>();
        services.AddSingleton<ConsumedQueue>();
        services.AddSingleton(new InFlightLimiter(settings.MaxInFlight, concurrency * Refresher.WaitingPerCall));
        services.AddSingleton<SettlementRules>();
        services.AddSingleton<Settler>();
        services.AddSingleton<Refresher>();
        services.AddSingleton<MessageLog>();
        services.AddSingleton<MessageRecord>();
        services.AddSingleton<MessageApplier>();
        services.AddSingleton<Pipeline>();
        services.AddTransient<ReceiveGate>();
        services.AddSingleton<QueueAttributesMonitor>();
        for (var i = 0; i < settings.Consumers; i++)
        {
            var number = i;
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Receiver>(provider, number));
        }

        return new QueueLane(settings, services.BuildServiceProvider());

        // An instance: this provider does not dispose what is not its own.
        void Share<T>()
            where T : class => services.AddSingleton(process.GetRequiredService<T>());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _parts.DisposeAsync();
}
