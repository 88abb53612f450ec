using Amazon.Runtime;
using EntitlementCache.Outbound;

namespace EntitlementCache.Aws;

/// <summary>HTTP of the clients that the credential chain makes: by our rules of going out, and with the deadline that the SDK does not give them.</summary>
internal sealed class CredentialHttp : HttpClientFactory
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Longer than a slow STS.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(OutgoingHttp.CreateHandler(ConnectTimeout)) { Timeout = Deadline };
}
