using Amazon.Runtime;
using Amazon.Runtime.Identity;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>Stands where the SDK's chain stands, and always gives the same credentials, which renew themselves.</summary>
internal sealed class FixedResolver(AWSCredentials credentials) : IIdentityResolver<AWSCredentials>
{
    /// <inheritdoc/>
    public AWSCredentials ResolveIdentity(IClientConfig clientConfig) => credentials;

    /// <inheritdoc/>
    public Task<AWSCredentials> ResolveIdentityAsync(IClientConfig clientConfig, CancellationToken cancellationToken = default) => Task.FromResult(credentials);

    /// <inheritdoc/>
    BaseIdentity IIdentityResolver.ResolveIdentity(IClientConfig clientConfig) => credentials;

    /// <inheritdoc/>
    Task<BaseIdentity> IIdentityResolver.ResolveIdentityAsync(IClientConfig clientConfig, CancellationToken cancellationToken) => Task.FromResult<BaseIdentity>(credentials);
}
