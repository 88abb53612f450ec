using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;

namespace EntitlementCache.Redis.Access;

/// <summary>
/// Repeats the login of a live connection: AWS ends one 12 hours after its last IAM token. A refusal costs nothing yet, so it is tried again until then.
/// </summary>
/// <param name="login">Makes the tokens.</param>
/// <param name="settings">Who logs in.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Gets the outcome.</param>
internal sealed class LoginRenewal(RedisLogin login, RedisSettings settings, TimeProvider time, ILogger logger)
{
    /// <summary>Half of AWS's 12 hours: the other half is for what may be wrong meanwhile.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(30);

    private readonly LogBudget _repeats = new(RepeatInterval, time);

    /// <summary>Renews it again and again, until told to stop.</summary>
    public async Task RunAsync(RedisConnection connection, CancellationToken stopping)
    {
        var pause = Interval;
        while (true)
        {
            await Task.Delay(pause, time, stopping);
            pause = await TryAsync(connection, stopping) ? Interval : RetryAfter;
        }
    }

    private async Task<bool> TryAsync(RedisConnection connection, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(settings.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            if (await login.PasswordAsync(either.Token) is { } password)
            {
                await connection.AuthenticateAsync(settings.Username, password, either.Token);
            }

            Log.LoginRenewed(logger, settings.Address);
            return true;
        }
        catch (RedisFailureException failure) when (!connection.Broken.IsCompleted)
        {
            Report(login.Explain(failure).Message);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            Report($"Not done within {settings.ConnectTimeout.TotalSeconds:0.###} s; waited for {login.Source}.");
        }
        catch (RedisFailureException)
        {
            // The connection ended meanwhile; the next one begins with a new token.
        }

        return false;
    }

    private void Report(string reason)
    {
        if (_repeats.MayPrint("renewal", out var suppressed))
        {
            Log.LoginNotRenewed(logger, settings.Address, reason, suppressed);
        }
    }
}
