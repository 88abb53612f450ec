using System.Net;
using System.Net.Sockets;

namespace EntitlementCache.Settings;

/// <summary>A host alone: a DNS name or an IP address. Anything more can hold a password (<c>redis://user:password@host</c>), so it is refused without being shown.</summary>
internal static class HostName
{
    /// <summary>Longest DNS name, RFC 1035.</summary>
    private const int LongestName = 253;

    /// <summary>Reads a host; IPv6 addresses may stand in brackets.</summary>
    /// <param name="text">The variable's text.</param>
    /// <param name="host">The host without brackets.</param>
    /// <param name="problem">What is wrong, as the second half of a sentence; empty when nothing is.</param>
    public static bool TryRead(string text, out string host, out string problem)
    {
        host = text is ['[', .., ']'] ? text[1..^1] : text;
        problem = "";
        if (!host.Contains(']', StringComparison.Ordinal) && IPAddress.TryParse(host, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text == host))
        {
            return true;
        }

        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal))
        {
            problem = "is a URL; set the host name alone, and port, database, user, password and TLS by their own variables.";
        }
        else if (text.Contains(':', StringComparison.Ordinal))
        {
            problem = "contains a port; set the host name alone, and the port by its own variable.";
        }
        else if (text.Length > LongestName || !text.All(static c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_') || text.StartsWith('.') || text.Contains("..", StringComparison.Ordinal))
        {
            problem = "is neither a host name nor an IP address.";
        }

        return problem.Length == 0;
    }
}
