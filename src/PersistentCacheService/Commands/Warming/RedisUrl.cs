using EntitlementCache.Settings;

namespace PersistentCacheService.Commands.Warming;

/// <summary>Reads <c>redis://[[user:]password@]host[:port][/database]</c>, <c>rediss://</c> with TLS. Parts may be percent-encoded.</summary>
internal static class RedisUrl
{
    private const int DefaultPort = 6379;

    /// <summary>Reads a URL. The problem never shows it: it can hold a password.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="like">Gives what the URL does not tell: deadlines, and the authorities and the client certificate of TLS.</param>
    /// <param name="settings">How that Redis is reached.</param>
    public static bool TryRead(string text, RedisSettings like, out RedisSettings settings)
    {
        settings = like;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            return false;
        }

        var path = url.AbsolutePath.Trim('/');
        var database = 0;
        if ((path.Length > 0 && !int.TryParse(path, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out database))
            || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return false;
        }

        var account = url.UserInfo.Split(':', 2);
        var (user, password) = account.Length == 2 ? (account[0], account[1]) : ("", account[0]);
        settings = like with
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : DefaultPort,
            Database = database,
            Username = user.Length > 0 ? Uri.UnescapeDataString(user) : null,
            Password = password.Length > 0 ? new Secret(Uri.UnescapeDataString(password)) : null,
            PasswordFile = null,
            Tls = url.Scheme == "rediss",
            TlsCaFile = url.Scheme == "rediss" ? like.TlsCaFile : null,
            TlsCertFile = url.Scheme == "rediss" ? like.TlsCertFile : null,
            TlsKeyFile = url.Scheme == "rediss" ? like.TlsKeyFile : null,
            Iam = null,
            Sentinel = null,
        };
        return true;
    }
}
