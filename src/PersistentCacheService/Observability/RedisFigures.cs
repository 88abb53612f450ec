using System.Buffers.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Redis;

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

    private async Task<ReadOnlyMemory<byte>> InfoAsync(string section, CancellationToken cancellationToken)
    {
        using var command = RedisCommand.Create("INFO"u8).Add(section);
        return (await _redis.ExecuteAsync(command, cancellationToken)).Bytes;
    }

    private sealed class Figures(ReadOnlyMemory<byte> stats, ReadOnlyMemory<byte> memory)
    {
        public double? Hits { get; } = Find(stats.Span, "\nkeyspace_hits:"u8);

        public double? Misses { get; } = Find(stats.Span, "\nkeyspace_misses:"u8);

        public double? UsedMemory { get; } = Find(memory.Span, "\nused_memory:"u8);

        public double? HitRatio => Hits + Misses is > 0 and var all ? Hits / all : null;

        private static double? Find(ReadOnlySpan<byte> info, ReadOnlySpan<byte> name)
        {
            var at = info.IndexOf(name);
            return at >= 0 && Utf8Parser.TryParse(info[(at + name.Length)..], out long value, out _) ? value : null;
        }
    }
}
