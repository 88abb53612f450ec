namespace Sidecar.Settings;

/// <summary>The two ports.</summary>
internal sealed record ListenSettings
{
    /// <summary>TCP port of gRPC; 0: any free one.</summary>
    public required int Port { get; init; }

    /// <summary>TCP port of health, metrics and HTTP/JSON; 0: any free one.</summary>
    public required int HttpPort { get; init; }

    /// <summary>Path of the liveness answer, without slash.</summary>
    public required string LivePath { get; init; }

    /// <summary>Path of the readiness answer, without slash.</summary>
    public required string ReadyPath { get; init; }

    /// <summary>Certificate of the gRPC port; null: plaintext.</summary>
    public string? TlsCertFile { get; init; }

    /// <summary>Its key.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Authorities of clients; null: clients need no certificate.</summary>
    public string? TlsClientCaFile { get; init; }
}
