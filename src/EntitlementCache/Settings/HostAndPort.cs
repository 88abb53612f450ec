using System.Globalization;
using System.Net;

namespace EntitlementCache.Settings;

/// <summary>A server's address: a name or an IP address, and a TCP port.</summary>
/// <param name="Host">Name or IP address, without brackets.</param>
/// <param name="Port">TCP port.</param>
internal readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c> or <c>[IPv6]:port</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="defaultPort">Where none is given.</param>
    /// <param name="address">What was read.</param>
    public static bool TryRead(string text, int defaultPort, out HostAndPort address)
    {
        // An IPv6 address has colons, too: with a port it stands in brackets, without brackets it has none.
        var colon = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) + 1
            : IPAddress.TryParse(text, out _) ? 0 : text.LastIndexOf(':') is >= 0 and var last ? last : 0;
        var port = defaultPort;
        if (colon > 0
            && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535))
        {
            address = default;
            return false;
        }

        var isHost = HostName.TryRead(colon == 0 ? text : text[..colon], out var host, out _) && host.Length > 0;
        address = new HostAndPort(host, port);
        return isHost;
    }

    /// <summary>As it is written in settings.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
