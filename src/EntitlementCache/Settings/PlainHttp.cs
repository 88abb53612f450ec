using System.Net;
using System.Net.Sockets;

namespace EntitlementCache.Settings;

/// <summary>Which plain <c>http://</c> URLs deserve a warning: those that leave the machine and the private network, where keys and answers can be read on the way.</summary>
internal static class PlainHttp
{
    // Names that resolve inside a cluster, a company or a machine only (RFC 6761, RFC 8375, ICANN's .internal, Kubernetes).
    private static readonly string[] PrivateDomains = [".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".svc", ".cluster.local", ".example"];

    /// <summary>Whether a URL is unencrypted and its host is not known to be private.</summary>
    public static bool IsExposed(Uri url) => url.Scheme == Uri.UriSchemeHttp && IsPublic(url.DnsSafeHost);

    private static bool IsPublic(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return IsPublic(address);
        }

        return host.Contains('.', StringComparison.Ordinal) && !PrivateDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return !(IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal);
        }

        // RFC 1918, loopback, link-local, and the carrier-grade range of RFC 6598 that EKS uses for pods.
        return address.GetAddressBytes() is not ([10, ..] or [127, ..] or [192, 168, ..] or [172, >= 16 and <= 31, ..] or [169, 254, ..] or [100, >= 64 and <= 127, ..]);
    }
}
