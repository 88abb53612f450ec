using System.Net;
using System.Net.Sockets;
using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary>Whether the names in the settings have addresses.</summary>
internal static class NameTrial
{
    /// <summary>Resolves the hosts of Redis and of the queue, or of the proxy that the queue is called through: then its name is the proxy's matter.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        // The Edge API's is left to its own trial: the worker consumes without it.
        (string Host, string Setting)[] hosts = [.. HostsOf(settings.Redis), .. settings.Queues.Select(HostOf)];
        return await Task.WhenAll(hosts
            .Where(static host => !IPAddress.TryParse(host.Host, out _))
            .DistinctBy(static host => host.Host, StringComparer.OrdinalIgnoreCase)
            .Select(host => ResolveAsync(host.Host, host.Setting, cancellationToken)));
    }

    private static IEnumerable<(string Host, string Setting)> HostsOf(RedisSettings settings) => settings.Sentinel is { } sentinel
        ? sentinel.Sentinels.Select(static one => (one.Host, SharedVariables.RedisSentinels.Name))
        : [(settings.Host, SharedVariables.RedisHost.Name)];

    private static (string Host, string Setting) HostOf(QueueSettings settings)
    {
        var queue = settings.ServiceUrl ?? settings.Url;
        return HttpClient.DefaultProxy.IsBypassed(queue) || HttpClient.DefaultProxy.GetProxy(queue) is not { } proxy
            ? (queue.DnsSafeHost, settings.ServiceUrl is null ? Variables.QueueUrl.Name : Variables.SqsEndpoint.Name)
            : (proxy.DnsSafeHost, $"{queue.Scheme.ToUpperInvariant()}_PROXY");
    }

    private static async Task<Finding> ResolveAsync(string host, string setting, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return Finding.Ok("dns", $"{host} is {string.Join(", ", addresses.Take(4).Select(static address => address.ToString()))}{(addresses.Length > 4 ? ", ..." : "")}");
        }
        catch (SocketException exception)
        {
            return new Finding(Severity.Unavailable, "dns", $"{host} cannot be resolved ({exception.SocketErrorCode}).", $"check {setting} and the cluster's DNS");
        }
    }
}
