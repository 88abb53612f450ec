using System.Text.Json;
using EntitlementCache.EdgeApi;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using EntitlementCache.Settings;

namespace Sidecar.Health;

/// <summary>
/// What a start needs: a connection to Redis and an API key that Stigg takes. The Sidecar serves without them and retries in the background, indefinitely.
/// The answer that proves the key also names where errors are reported.
/// </summary>
/// <param name="edge">Asks for the configuration.</param>
/// <param name="sentry">Error reporting.</param>
/// <param name="reports">Error reports.</param>
/// <param name="signals">Readiness, and the counter of failed attempts.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
/// <param name="redis">Redis; null: the cache is in this process.</param>
internal sealed class Initialization(
    EdgeHttp edge, SentrySettings sentry, ErrorReports reports, InitializationSignals signals, TimeProvider time, ILogger<Initialization> logger, RedisClient? redis = null)
    : BackgroundService
{
    // Longer than a healthy Redis and a healthy Edge API need. A pod that is ready later than that only looks broken.
    private static readonly TimeSpan FirstAttempt = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sentry.Dsn is { } known && !sentry.Disabled)
        {
            reports.Start(known.Reveal(), logger);
        }

        var keyIsTaken = TryUntilTheKeyIsTakenAsync(stoppingToken);
        var first = redis is null ? keyIsTaken : Task.WhenAll(keyIsTaken, redis.WaitUntilReadyAsync(stoppingToken));
        await Task.WhenAny(first, Task.Delay(FirstAttempt, time, stoppingToken));
        signals.Readiness.Attempted();
        await keyIsTaken;
    }

    private async Task TryUntilTheKeyIsTakenAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!await TryAsync(pause, stoppingToken))
        {
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> TryAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        using var reply = await edge.GetConfigurationAsync(stoppingToken);
        var (result, cause) = (reply.Result, reply.Cause);
        if (result.IsAnswer())
        {
            try
            {
                Report(result == EdgeResult.Ok ? RemoteConfiguration.ReadSentryDsn(reply.Body) : null);
                return true;
            }
            catch (JsonException exception)
            {
                (result, cause) = (EdgeResult.InvalidAnswer, exception.Message);
            }
        }

        signals.Failed(result);
        Log.InitializationFailed(logger, result, cause, pause.TotalSeconds);
        return false;
    }

    private void Report(string? dsn)
    {
        if (sentry.Disabled || sentry.Dsn is not null)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(dsn))
        {
            reports.TurnOff();
            return;
        }

        reports.Start(dsn, logger);
    }
}
