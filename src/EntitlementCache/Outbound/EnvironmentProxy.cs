using System.Net;

namespace EntitlementCache.Outbound;

/// <summary>
/// The environment's proxy as .NET reads it, but for two things. It is not asked for what belongs to this node: instance metadata, the agents of ECS and EKS
/// Pod Identity, and the endpoints that take their place. A proxy cannot reach them, and credentials are not its business; the AWS SDK means the same, but
/// what it calls them with asks the proxy. And its URL has no user and password any more: .NET prints it when a tunnel fails.
/// </summary>
/// <param name="environment">The proxy that .NET made of the environment; it knows the credentials.</param>
/// <param name="variable">Reads environment variables.</param>
internal sealed class EnvironmentProxy(IWebProxy environment, Func<string, string?> variable) : IWebProxy
{
    private static readonly IPNetwork[] Networks = [IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fd00:ec2::/32")];

    private readonly Uri[] _endpoints =
    [
        .. ((string[])["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"])
            .Select(name => Uri.TryCreate(variable(name), UriKind.Absolute, out var uri) ? uri : null).OfType<Uri>()
            .Where(static uri => uri.Scheme == Uri.UriSchemeHttp),
    ];

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => environment.Credentials;
        set => environment.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsNodeLocal(destination) ? null
        : environment.GetProxy(destination) is { UserInfo.Length: > 0 } withPassword ? new UriBuilder(withPassword) { UserName = "", Password = "" }.Uri
        : environment.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => IsNodeLocal(host) || environment.IsBypassed(host);

    private bool IsNodeLocal(Uri uri) =>
        (IPAddress.TryParse(uri.DnsSafeHost, out var address) && Array.Exists(Networks, network => network.Contains(address)))
        || Array.Exists(_endpoints, endpoint => endpoint.Authority == uri.Authority);
}
