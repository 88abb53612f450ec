using System.Text.Json;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EntitlementCache.EdgeApi;

/// <summary>
/// Starts the error reports: with the environment's DSN or, unless that switches them off, with the one that the Edge API names. In the background: the
/// start does not wait, and the first errors wait for the answer.
/// </summary>
internal sealed class RemoteConfiguration(
    EdgeApiClient edge, SentrySettings settings, ErrorReports reports, TimeProvider time, ILogger<RemoteConfiguration> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Disabled)
        {
            return;
        }

        if (settings.Dsn is { } known)
        {
            reports.Start(known.Reveal(), logger);
            return;
        }

        var pause = FirstPause;
        while (!await TryAsync(pause, stoppingToken))
        {
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The DSN in an answer; null: it names none.</summary>
    /// <exception cref="JsonException">The answer is not of the contract.</exception>
    internal static string? ReadSentryDsn(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return Read(answer);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("the answer has half of a surrogate pair in a name or in the DSN", exception);
        }
    }

    private static string? Read(ReadOnlyMemory<byte> answer)
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || (root.TryGetProperty("errors", out var errors) && errors is { ValueKind: JsonValueKind.Array } && errors.GetArrayLength() > 0))
        {
            throw new JsonException("the answer carries errors or is not an object");
        }

        var isThere = root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("sdkConfiguration", out var configuration) && configuration.ValueKind == JsonValueKind.Object;
        if (!isThere)
        {
            throw new JsonException("data.sdkConfiguration is missing");
        }

        return data.GetProperty("sdkConfiguration").TryGetProperty("sentryDsn", out var dsn) && dsn.ValueKind == JsonValueKind.String ? dsn.GetString() : null;
    }

    private async Task<bool> TryAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        using var reply = await edge.GetConfigurationAsync(stoppingToken);
        var (result, cause) = (reply.Result, reply.Cause);
        if (result.IsAnswer())
        {
            try
            {
                var dsn = result == EdgeResult.Ok ? ReadSentryDsn(reply.Body) : null;
                if (string.IsNullOrWhiteSpace(dsn))
                {
                    reports.TurnOff();
                    Log.NoRemoteSentry(logger);
                }
                else
                {
                    reports.Start(dsn, logger);
                }

                return true;
            }
            catch (JsonException exception)
            {
                (result, cause) = (EdgeResult.InvalidAnswer, exception.Message);
            }
        }

        Log.ConfigurationUnreadable(logger, result, cause, pause.TotalSeconds);
        return false;
    }
}
