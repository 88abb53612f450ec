using System.Text.Json;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Errors;
using Sidecar.Observability;
using Sidecar.Reading;

namespace Sidecar.Realtime;

/// <summary>
/// Keeps the cache of this process up to date: connects, subscribes, applies what comes, and after an end reconnects, indefinitely. The cache is
/// cleared when updates flow again, because what happened in between is not known; until then what it holds ages and still answers.
/// </summary>
/// <param name="connections">Makes a connection; the caller disposes it.</param>
/// <param name="events">Applies events.</param>
/// <param name="metrics">Shows whether updates flow.</param>
/// <param name="scrubber">Takes secrets out of the server's texts before they are logged.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Jitter, 0 (inclusive) to 1.</param>
/// <param name="logger">Log.</param>
internal sealed class RealtimeUpdates(
    Func<RealtimeConnection> connections, EventApplier events, SidecarMetrics metrics, Scrubber scrubber, TimeProvider time, Func<double> random, ILogger<RealtimeUpdates> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A key that is refused is a matter for an operator; it may be allowed again any time.
    private static readonly TimeSpan PauseOfRefusedKey = TimeSpan.FromMinutes(5);

    // The server's texts are cut: they are meant for people, and say what they have to say in a sentence.
    private const int LongestText = 300;

    private readonly LogBudget _repeats = new(TimeSpan.FromMinutes(1), time, linesInAll: 10);

    /// <summary>The pause before another attempt: doubles up to a minute, between half of it and all.</summary>
    /// <param name="failures">Attempts in a row without updates, from 1.</param>
    /// <param name="random">0 (inclusive) to 1.</param>
    internal static TimeSpan PauseAfter(int failures, double random)
    {
        var full = FirstPause * (1 << Math.Min(failures - 1, 10));
        return (full < LongestPause ? full : LongestPause) * (0.5 + (random / 2));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (true)
        {
            var isLive = false;
            using var connection = connections();
            try
            {
                await connection.OpenAsync(stoppingToken);
                await connection.ReceiveAsync(
                    () =>
                    {
                        if (!isLive)
                        {
                            isLive = true;
                            BecomeLive();
                        }
                    },
                    ApplyAsync,
                    stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                failures = isLive ? 1 : failures + 1;
                events.LoseUpdates();
                metrics.RealtimeIsConnected(value: false);
                var reason = exception as RealtimeException ?? new RealtimeException($"unexpected {exception.GetType().Name}: {exception.Message}", exception);
                var pause = reason.IsKeyRefused ? PauseOfRefusedKey : PauseAfter(failures, random());
                Tell(reason, pause);
                await Task.Delay(pause, time, stoppingToken);
            }
        }
    }

    private void BecomeLive()
    {
        events.BecomeLive();
        metrics.RealtimeIsConnected(value: true);
        Log.RealtimeConnected(logger);
    }

    private async Task ApplyAsync(JsonElement payload)
    {
        var problem = payload.Object("errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0
            ? "it carries errors: " + RealtimeMessages.FirstError(errors)
            : await events.ApplyAsync(payload);
        if (problem is not null && Loggable(problem) is var text && _repeats.MayPrint(text, out var suppressed))
        {
            Log.EventIgnored(logger, text, suppressed);
        }
    }

    private void Tell(RealtimeException exception, TimeSpan pause)
    {
        if (exception.IsKeyRefused)
        {
            metrics.InvalidApiKey();
        }
        else if (!exception.IsThrottled)
        {
            metrics.NetworkError();
        }

        var text = Loggable(exception.Message);
        if (_repeats.MayPrint(text, out var suppressed))
        {
            Log.RealtimeInterrupted(logger, exception.IsThrottled ? LogLevel.Information : LogLevel.Warning, text, pause.TotalSeconds, suppressed);
        }
    }

    private string Loggable(string text) => Scrubber.Cut(scrubber.Scrub(text), LongestText);
}
