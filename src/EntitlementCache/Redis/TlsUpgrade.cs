using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis;

/// <summary>Puts TLS on a connected stream: 1.2 or later, chain and name verified, failures explained.</summary>
internal sealed class TlsUpgrade(RedisSettings settings)
{
    private string? _objection;

    /// <summary>Authenticates the server and returns the encrypted stream, which owns <paramref name="stream"/> and the certificates that are read for it.</summary>
    /// <exception cref="RedisFailureException">The handshake failed, or the CA file or the client certificate cannot be read.</exception>
    public async Task<Stream> AuthenticateAsync(Stream stream, CancellationToken cancellationToken)
    {
        var tls = new CertifiedStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(tls.Certificates), cancellationToken);
            return tls;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            var known = _objection ?? ClientCertificate.Refusal(exception, settings);

            // A connection cut during the handshake is what a restarting server looks like, and no matter of certificates.
            var kind = known is null && exception is IOException ? RedisFailureKind.ConnectionLost : RedisFailureKind.TlsFailed;
            throw new RedisFailureException(kind, $"TLS with {settings.Host}:{settings.Port} failed: {known ?? $"{exception.Message} (does the port speak TLS?)"}", exception);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions Options(X509Certificate2Collection read) => new()
    {
        // The configured name, never the resolved address: SNI and the certificate both go by it.
        TargetHost = settings.Host,
#pragma warning disable CA5398 // A floor is wanted here; these two are all the platform has above it.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        CertificateChainPolicy = CreatePolicy(read),
        ClientCertificateContext = ClientCertificate.Load(settings, read),
        RemoteCertificateValidationCallback = (_, _, chain, errors) =>
        {
            _objection = errors == SslPolicyErrors.None ? null : Explain(errors, chain);
            return errors == SslPolicyErrors.None;
        },
    };

    private X509ChainPolicy CreatePolicy(X509Certificate2Collection read)
    {
        var policy = new X509ChainPolicy
        {
            // Asking the authority would need access to its servers.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (settings.TlsCaFile is not { } file)
        {
            return policy;
        }

        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
            read.AddRange(policy.CustomTrustStore);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RedisFailureException(RedisFailureKind.TlsFailed, $"The CA file {file} cannot be read: {exception.Message}", exception);
        }

        if (policy.CustomTrustStore.Count == 0)
        {
            throw new RedisFailureException(RedisFailureKind.TlsFailed, $"The CA file {file} holds no certificate in PEM form.");
        }

        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        return policy;
    }

    private string Explain(SslPolicyErrors errors, X509Chain? chain)
    {
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            reasons.Add("the server shows no certificate");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add($"the certificate is not for the name {settings.Host}");
        }

        foreach (var status in chain?.ChainStatus ?? [])
        {
            reasons.Add(status.Status switch
            {
                X509ChainStatusFlags.NotTimeValid => "a certificate of the chain has expired or is not valid yet",
                X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "the chain does not end at a trusted authority",
                X509ChainStatusFlags.Revoked => "the certificate was revoked",
                _ => status.Status.ToString(),
            });
        }

        return string.Join("; ", reasons.Distinct());
    }

    /// <summary>A stream with certificates of its own: without an end of theirs each attempt to connect would leave some to the finalizer.</summary>
    private sealed class CertifiedStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public X509Certificate2Collection Certificates { get; } = [];

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            DisposeCertificates();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                DisposeCertificates();
            }
        }

        private void DisposeCertificates()
        {
            foreach (var certificate in Certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
