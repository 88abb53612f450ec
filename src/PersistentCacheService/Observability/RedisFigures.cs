using System.Globalization;
using EntitlementCache.Observability;
using EntitlementCache.Redis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Observability;

/// <summary>Reads Redis's own statistics every 10 s, never on the way of a message; while they are unknown their gauges are absent.</summary>
internal sealed class RedisFigures : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly RedisClient _redis;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisFigures> _logger;
    private Figures? _figures;

    public RedisFigures(RedisClient redis, MetricsPage page, TimeProvider time, ILogger<RedisFigures> logger)
    {
        _redis = redis;
        _time = time;
        _logger = logger;
        Instruments.Hits.Observe(page, () => _figures?.Hits);
        Instruments.Misses.Observe(page, () => _figures?.Misses);
        Instruments.HitRatio.Observe(page, () => _figures?.HitRatio);
        Instruments.MemoryUsage.Observe(page, () => _figures?.UsedMemory);
    }

    /// <summary>Memory that Redis uses, in bytes, and the share of keys found among those looked for; null while they are not known.</summary>
    public (double? Memory, double? HitRatio) Latest => (_figures?.UsedMemory, _figures?.HitRatio);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _redis.WaitUntilReadyAsync(stoppingToken);
                _figures = new Figures(await InfoAsync("stats", stoppingToken), await InfoAsync("memory", stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _figures = null;
                Log.RedisFiguresUnreadable(_logger, exception.Message);
            }

            await Task.Delay(Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> InfoAsync(string section, CancellationToken cancellationToken) =>
        (await _redis.ExecuteAsync("INFO", [section], cancellationToken)).ToString();

    private sealed class Figures(string stats, string memory)
    {
        public double? Hits { get; } = Find(stats, "\nkeyspace_hits:");

        public double? Misses { get; } = Find(stats, "\nkeyspace_misses:");

        public double? UsedMemory { get; } = Find(memory, "\nused_memory:");

        public double? HitRatio => Hits + Misses is > 0 and var all ? Hits / all : null;

        private static double? Find(string info, string name)
        {
            var at = info.IndexOf(name, StringComparison.Ordinal);
            var value = at < 0 ? default : info.AsSpan(at + name.Length);
            var end = value.IndexOfAnyExceptInRange('0', '9');
            return long.TryParse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
    }
}
