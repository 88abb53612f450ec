using EntitlementCache.Caching;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Caching;
using Sidecar.GraphQl;
using Sidecar.Model;
using Sidecar.Observability;
using Sidecar.Origin;
using Sidecar.Service;
using Sidecar.Tests.Service;
using Sidecar.Writes;
using Stigg.Sidecar.V1;
using TestKit;

namespace Sidecar.Tests.Writes;

/// <summary>What reported usage costs the caller when the cache does not take it.</summary>
public sealed class CacheUpdateTests : IAsyncLifetime
{
    private static readonly ReportUsageBulkRequest Bulk = new()
    {
        Usages = { Enumerable.Range(0, 3).Select(static i => new ReportUsageRequest { CustomerId = $"c{i}", FeatureId = "seats", Value = 1 }) },
    };

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly SidecarMetrics _metrics = new();
    private readonly SlowCache _cache = new();
    private FakeApi _api = null!;
    private GraphQlClient _client = null!;
    private EntitlementReader _reader = null!;
    private UsageWrites _writes = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeApi.StartAsync();
        Answer("""{"id":"m-0","customerId":"c0","currentUsage":1},{"id":"m-1","customerId":"c1","currentUsage":2},{"id":"m-2","customerId":"c2","currentUsage":3}""");
        _client = new GraphQlClient(new Uri(_api.Url), new Secret("key"), _metrics, new Scrubber([]), TimeProvider.System, static () => 0.5);
        _reader = new EntitlementReader(
            _cache, new NoOrigin(), _metrics, _time, new UnexpectedFailures(_time, NullLogger<UnexpectedFailures>.Instance), _logs.Logger<EntitlementReader>());
        _writes = new UsageWrites(_time, NullLogger<UsageWrites>.Instance, _client, _reader);
    }

    public async Task DisposeAsync()
    {
        _reader.Dispose();
        _client.Dispose();
        _logs.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task All_updates_of_a_bulk_are_under_way_at_once()
    {
        var all = new TaskCompletionSource();
        _cache.Update = (count, _) =>
        {
            if (count == 3)
            {
                all.SetResult();
            }

            return all.Task;
        };

        Assert.Equal(3, (await _writes.ReportUsageBulkAsync(Bulk, default)).Usages.Count);
    }

    [Fact]
    public async Task One_deadline_ends_them_all_and_the_report_succeeds()
    {
        var (all, cancelled) = (new TaskCompletionSource(), 0);
        _cache.Update = async (count, deadline) =>
        {
            if (count == 3)
            {
                all.SetResult();
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, _time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref cancelled);
            deadline.ThrowIfCancellationRequested();
        };

        var report = _writes.ReportUsageBulkAsync(Bulk, default);
        await all.Task;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["m-0", "m-1", "m-2"], (await report).Usages.Select(static one => one.MeasurementId));
        Assert.Equal(3, cancelled);
    }

    [Fact]
    public async Task The_newest_of_one_feature_is_kept_and_of_two_of_one_time_the_later()
    {
        Answer("""{"customerId":"c0","currentUsage":1,"timestamp":20},{"customerId":"c0","currentUsage":2,"timestamp":30},{"customerId":"c0","currentUsage":3,"timestamp":30},{"customerId":"c0","currentUsage":4,"timestamp":10}""");

        await _writes.ReportUsageBulkAsync(Bulk, default);

        Assert.Equal(3, Assert.Single(_cache.Updates).CurrentUsage);
    }

    [Fact]
    public async Task A_lock_of_an_SDK_is_no_error_of_Redis()
    {
        _cache.Update = static (_, _) => throw new CustomerLockedException(3);
        await _writes.ReportUsageBulkAsync(Bulk, default);
        Assert.Equal(0, await ErrorsAsync());
        Assert.Single(_logs.WithEvent(3105));

        _cache.Update = static (_, _) => throw new TimeoutException();
        await _writes.ReportUsageBulkAsync(Bulk, default);
        Assert.Equal(3, await ErrorsAsync());
    }

    private void Answer(string reports) => _api.Answer = $"{{\"data\":{{\"reportUsageBulk\":[{reports}]}}}}";

    private async Task<int> ErrorsAsync()
    {
        using var page = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(page);
        const string name = "\nsidecar_redis_client_errors_total ";
        var text = System.Text.Encoding.UTF8.GetString(page.ToArray());
        return int.Parse(text[(text.IndexOf(name, StringComparison.Ordinal) + name.Length)..].Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class SlowCache : IEntitlementCache
    {
        private readonly List<CachedUsage> _updates = [];

        public Func<int, CancellationToken, Task> Update { get; set; } = static (_, _) => Task.CompletedTask;

        public IReadOnlyList<CachedUsage> Updates => _updates;

        public ValueTask<CacheLookup> ReadAsync(EntityId id, ReadScope scope, CancellationToken cancellationToken) => ValueTask.FromResult(CacheLookup.Nothing);

        public async Task<CachedCustomer?> RefetchAsync(EntityId id, ReadScope scope, Func<Task<FetchedState?>> fetch, CancellationToken cancellationToken) => (await fetch())?.Customer;

        public Task StoreAsync(EntityId id, FetchedState state, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task UpdateUsageAsync(EntityId id, string usageId, bool isCredit, CachedUsage usage, CancellationToken cancellationToken)
        {
            _updates.Add(usage);
            return Update(_updates.Count, cancellationToken);
        }
    }

    private sealed class NoOrigin : IOrigin
    {
        public Task<FetchedState?> FetchAsync(EntityId id, CancellationToken cancellationToken) => Task.FromResult<FetchedState?>(null);
    }
}
