using EntitlementCache.Caching;
using EntitlementCache.EdgeApi;
using EntitlementCache.Hosting;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Observability;
using PersistentCacheService.Refetching;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands;

/// <summary>A command's way to the Edge API, and what makes the cache of its answers.</summary>
internal sealed class EdgeAccess : IDisposable
{
    private readonly CommandContext _context;
    private readonly EdgeHttp _http;
    private readonly EdgeHealth _health;
    private readonly EdgeApiClient _client;
    private readonly ServiceMetrics _metrics;

    public EdgeAccess(EdgeApiSettings settings, CommandContext context)
    {
        var breaker = new EdgeBreaker(context.Time, Random.Shared.NextDouble);
        var page = new MetricsPage();
        _context = context;
        Concurrency = settings.Concurrency;
        _metrics = new ServiceMetrics(page);
        _http = new EdgeHttp(settings, context.Time);
        _health = new EdgeHealth(breaker, context.Time, NullLogger<EdgeHealth>.Instance);
        _client = new EdgeApiClient(settings, _http, breaker, _health, new EdgeMetrics(page), context.Time, Random.Shared.NextDouble);
    }

    /// <summary>Calls that may be under way at once.</summary>
    public int Concurrency { get; }

    /// <summary>What holds calls up, for people; empty: nothing.</summary>
    public string Trouble => _health.Failure is { } failure ? $"the Edge API: {LabelText.SnakeCase(failure.ToString())}" : "";

    /// <summary>Does a command's work with the cache and the Edge API that the environment names, once both can be used.</summary>
    /// <returns>What the work returns, or the exit code of what is wrong; that is told.</returns>
    public static async Task<int> UseAsync(CommandContext context, Func<CacheAccess, EdgeAccess, Task<int>> work, CancellationToken cancellationToken)
    {
        var (cache, redis, edge, problems) = SettingsReader.ReadRefreshAccess(context.Environment);
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                await context.Errors.WriteLineAsync(problem);
            }

            return ExitCodes.WrongConfiguration;
        }

        await using var access = await CacheAccess.ConnectAsync(cache, redis, context.Time, cancellationToken);
        using var api = new EdgeAccess(edge!, context);
        return await api.FindTroubleAsync(cancellationToken) ?? await work(access, api);
    }

    /// <summary>What fetches customers and applies the answers.</summary>
    /// <param name="access">The cache.</param>
    /// <param name="settings">How it is written.</param>
    public CustomerRefetch Refetch(CacheAccess access, CacheSettings settings)
    {
        var cache = new ScriptedCache(access.Redis, settings, _context.Time, Random.Shared.NextDouble);
        return new CustomerRefetch(_client, cache, _metrics, _context.Time, Random.Shared.NextDouble, NullLogger<CustomerRefetch>.Instance);
    }

    /// <summary>Asks the Edge API once: work with a refused key or a wrong address would never end.</summary>
    /// <returns>The exit code when it makes no sense to begin; it is told why.</returns>
    public async Task<int?> FindTroubleAsync(CancellationToken cancellationToken)
    {
        using var reply = await _http.GetConfigurationAsync(cancellationToken);
        if (reply.Result.IsConfigurationError())
        {
            await _context.Errors.WriteLineAsync($"The Edge API refuses the key ({reply.Cause}). Remedy: check SERVER_API_KEY: the server key of this environment.");
            return ExitCodes.WrongConfiguration;
        }

        if (reply.Result == EdgeResult.Network)
        {
            await _context.Errors.WriteLineAsync($"The Edge API cannot be reached: {reply.Cause}. Remedy: check EDGE_API_URL and that the network lets this process reach it.");
            return ExitCodes.Unavailable;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }
}
