namespace TestKit;

/// <summary>A server's certificate and private key as PEM files, for redis-server's <c>--tls-cert-file</c> and <c>--tls-key-file</c> or Kestrel.</summary>
public sealed record ServerCertificate(string CertificateFile, string KeyFile);
