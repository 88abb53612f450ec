using EntitlementCache.EdgeApi;
using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>Whether the Edge API answers and takes the key. Only refreshes need it, so that it is away does not keep a worker from starting; a wrong key does.</summary>
internal static class EdgeTrial
{
    /// <summary>Asks for the remote configuration, once.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(EdgeApiSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Subject = "edge api";
        using var http = new EdgeHttp(settings, time);
        using var reply = await http.GetConfigurationAsync(cancellationToken);
        return
        [
            reply.Result switch
            {
                EdgeResult.Ok or EdgeResult.NotFound => Finding.Ok(Subject, $"{settings.Url.Host} takes the key"),
                EdgeResult.Unauthorized or EdgeResult.Forbidden =>
                    new Finding(Severity.Misconfigured, Subject, $"{settings.Url.Host} refuses the key ({reply.Cause})", "check SERVER_API_KEY: the server key of this environment"),
                _ => new Finding(Severity.Warning, Subject, $"{settings.Url.Host}: {reply.Cause}. Refreshes wait until it answers.", "check EDGE_API_URL and that the network lets this process reach it"),
            },
        ];
    }
}
