using System.Globalization;
using LocalSqs;
using TestKit;
using TestKit.Invariants;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>One Redis, one queue server and one process of each reader for all tests of the collection; workers are started as the first test asks for one. Customers are unique to a test.</summary>
public sealed class ReadersFixture : IAsyncLifetime
{
    private readonly Dictionary<string, FedWorker> _workers = [];
    private readonly Dictionary<ReaderKind, ReaderProcess> _readers = [];
    private RedisServer? _redis;
    private LocalSqsServer? _sqs;
    private RedisReader? _reader;
    private int _customers;

    /// <summary>The Redis.</summary>
    internal RedisServer Redis => _redis!;

    /// <summary>A connection to it.</summary>
    internal RedisReader Keys => _reader!;

    /// <summary>The queue server.</summary>
    internal LocalSqsServer Sqs => _sqs!;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Starts what is not yet running. Skips the test (fails in CI) when Redis or Node.js is not installed.</summary>
    public async Task<ReaderProcess> ReaderAsync(ReaderKind kind)
    {
        Prerequisite.RedisServer.Demand();
        Prerequisite.Npm.Demand();
        _redis ??= await RedisServer.StartAsync();
        _sqs ??= await LocalSqsServer.StartAsync();
        _reader ??= await RedisReader.ConnectAsync(_redis.Host, _redis.Port);
        if (!_readers.TryGetValue(kind, out var reader))
        {
            _readers[kind] = reader = await ReaderProcess.StartAsync(kind, _redis.Port);
        }

        return reader;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var worker in _workers.Values)
        {
            await worker.DisposeAsync();
        }

        foreach (var reader in _readers.Values)
        {
            await reader.DisposeAsync();
        }

        _reader?.Dispose();
        if (_sqs is not null)
        {
            await _sqs.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    /// <summary>The worker that writes a layout; its environment prefix is the layout's name.</summary>
    internal async Task<FedWorker> WorkerAsync(string layout)
    {
        if (!_workers.TryGetValue(layout, out var worker))
        {
            _workers[layout] = worker = await FedWorker.StartAsync(Sqs, Redis, layout, layout);
        }

        return worker;
    }

    /// <summary>A customer no other test has.</summary>
    internal string NewCustomer() => string.Create(CultureInfo.InvariantCulture, $"customer-{++_customers}");
}
