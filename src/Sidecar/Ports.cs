using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sidecar.Settings;

namespace Sidecar;

/// <summary>What the two ports speak.</summary>
internal static class Ports
{
    /// <summary>Opens both.</summary>
    public static void Listen(KestrelServerOptions kestrel, ListenSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.ListenAnyIP(settings.Port, listen =>
        {
            // Plaintext cannot negotiate: gRPC's port speaks HTTP/2 only, health and JSON have one of their own.
            listen.Protocols = HttpProtocols.Http2;
            if (settings.TlsCertFile is { } certificate)
            {
                listen.UseHttps(https => Secure(https, certificate, settings));
            }
        });
        kestrel.ListenAnyIP(settings.HttpPort, static listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Secure(HttpsConnectionAdapterOptions https, string certificate, ListenSettings settings)
    {
        https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, settings.TlsKeyFile);
        https.ServerCertificateChain = [];
        https.ServerCertificateChain.ImportFromPemFile(certificate);
        if (settings.TlsClientCaFile is not { } authorities)
        {
            return;
        }

        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(authorities);
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, sent, _) =>
        {
            // The system's authorities have no say here: only those of the file.
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2")); // clientAuth
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            return chain.Build(client);
        };
    }
}
