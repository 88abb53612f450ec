using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TestKit;

/// <summary>A certificate authority of the test's own and server certificates of it, as PEM files in a directory that goes with it.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("certificates-").FullName;
    private readonly X509Certificate2 _authority;

    private TestCertificates(TimeProvider time, string name)
    {
        Now = time.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(10));
        AuthorityFile = Write("ca.crt", _authority.ExportCertificatePem());
    }

    /// <summary>PEM file of the authority's certificate, for a client's trust.</summary>
    public string AuthorityFile { get; }

    private DateTimeOffset Now { get; }

    /// <summary>A new authority; two of them do not trust each other.</summary>
    public static TestCertificates Create(string name = "Test authority") => new(TimeProvider.System, name);

    /// <summary>A certificate for localhost, 127.0.0.1 and ::1 that is valid now.</summary>
    public ServerCertificate Valid() => Issue("server", Now.AddDays(-1), Now.AddDays(30), "localhost", "127.0.0.1", "::1");

    /// <summary>The same names, but it expired yesterday.</summary>
    public ServerCertificate Expired() => Issue("expired", Now.AddDays(-30), Now.AddDays(-1), "localhost", "127.0.0.1", "::1");

    /// <summary>Valid now, but for a host that nobody asked for.</summary>
    public ServerCertificate WrongName() => Issue("wrong-name", Now.AddDays(-1), Now.AddDays(30), "other.example");

    /// <summary>A certificate for the given host names and addresses.</summary>
    /// <param name="file">Base name of the PEM files; the same name again replaces them, as a renewal does.</param>
    /// <param name="notBefore">Start of its validity.</param>
    /// <param name="notAfter">End of its validity.</param>
    /// <param name="names">DNS names and IP addresses.</param>
    public ServerCertificate Issue(string file, DateTimeOffset notBefore, DateTimeOffset notAfter, params ReadOnlySpan<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false)); // serverAuth, clientAuth
        request.CertificateExtensions.Add(AlternativeNames(names));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        using var certificate = request.Create(_authority, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        return new ServerCertificate(Write($"{file}.crt", certificate.ExportCertificatePem()), Write($"{file}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority.Dispose();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static X509Extension AlternativeNames(ReadOnlySpan<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    private string Write(string file, string pem)
    {
        var path = Path.Combine(_directory, file);
        File.WriteAllText(path, pem + "\n");
        return path;
    }
}
