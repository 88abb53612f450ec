using System.Net;

namespace Amazon.SQS;

/// <summary>Settings of an <see cref="AmazonSQSClient"/>; read once, when the client is created.</summary>
/// <remarks>
/// The first members have the names they have in AWSSDK.SQS. There <c>ServiceURL</c> and <c>RegionEndpoint</c> exclude each other, so code that sets
/// a service URL should name the region in <see cref="AuthenticationRegion"/>: that works with either package.
/// </remarks>
public sealed class AmazonSQSConfig
{
    // A receive of ten messages of 1 MiB each, every byte escaped as \u00XX, would be 60 MiB; anything larger is not SQS.
    private const int SixtyFourMebibytes = 64 * 1024 * 1024;

    /// <summary>Origin that every request goes to (<c>http(s)://host[:port]</c>); null: the origin of the request's queue URL, or the region's endpoint when it has none.</summary>
    public string? ServiceURL { get; set; }

    /// <summary>The AWS region; any name is accepted, also of regions newer than this package.</summary>
    public RegionEndpoint? RegionEndpoint { get; set; }

    /// <summary>Region that requests are signed for; null: that of <see cref="RegionEndpoint"/>.</summary>
    public string? AuthenticationRegion { get; set; }

    /// <summary>Hard deadline of a call, credentials, connecting, headers and body included; a receive gets its <c>WaitTimeSeconds</c> on top. Null: 10 s.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Longest time to connect, TLS included; null: 5 s.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>HTTP proxy; null: none. <c>HTTP_PROXY</c> and its kin are not looked at: a proxy on the way is a decision, not an accident.</summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Largest response body that is read, in bytes; a larger one is <see cref="SqsErrorKind.UnexpectedResponse"/>. Default 64 MiB.</summary>
    public int MaxResponseBytes { get; set; } = SixtyFourMebibytes;

    /// <summary>Clock for signatures and deadlines.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
