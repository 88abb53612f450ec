using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis;

/// <summary>The certificate that this process shows to Redis, and why a server refuses it.</summary>
internal static class ClientCertificate
{
    private const string Alert = "alert ";

    /// <summary>Reads certificate, chain and key; null: none is configured.</summary>
    /// <param name="settings">Their files.</param>
    /// <param name="read">Gets each certificate; to be disposed with the connection.</param>
    /// <exception cref="RedisFailureException">They cannot be read, or do not belong together.</exception>
    public static SslStreamCertificateContext? Load(RedisSettings settings, X509Certificate2Collection read)
    {
        if (settings is not { TlsCertFile: { } file, TlsKeyFile: { } keyFile })
        {
            return null;
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            read.AddRange(chain);
            var certificate = X509Certificate2.CreateFromPemFile(file, keyFile);
            read.Add(certificate);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new RedisFailureException(
                RedisFailureKind.TlsFailed, $"The client certificate {file} with the key {keyFile} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>What a server's alert says about the certificate; null: the failure is another one. With TLS 1.3 it comes after the handshake, in place of the first answer.</summary>
    public static string? Refusal(Exception failure, RedisSettings settings)
    {
        var text = failure.GetBaseException().Message;
        var start = text.IndexOf(Alert, StringComparison.Ordinal);
        if (!settings.Tls || start < 0)
        {
            return null;
        }

        var alert = text[(start + Alert.Length)..].Trim();
        return settings.TlsCertFile is { } file
            ? $"the server refuses the client certificate {file}, or the handshake: {alert}"
            : alert is "certificate required" or "handshake failure"
                ? $"the server demands a client certificate, and none is configured ({alert})"
                : $"the server refuses the handshake: {alert}";
    }
}
