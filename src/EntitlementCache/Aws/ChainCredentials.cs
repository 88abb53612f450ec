using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Identity;

namespace EntitlementCache.Aws;

/// <summary>
/// The credentials of the SDK's default chain (environment, web identity, profile, container endpoint, instance metadata), which remembers them and renews
/// them before they end.
/// </summary>
internal sealed class ChainCredentials
{
    private volatile IIdentityResolver<AWSCredentials> _chain = new DefaultAWSCredentialsIdentityResolver();

    // The worker's queue has another one, which may be there already.
    static ChainCredentials() => AWSConfigs.HttpClientFactory ??= new CredentialHttp();

    /// <summary>Those of now.</summary>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    /// <exception cref="Exception">There are none. Providers fail with whatever their parts throw; <see cref="CredentialFailure"/> knows what it means.</exception>
    public async Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        var chain = _chain;
        var fetch = Task.Run(() => FetchAsync(chain), CancellationToken.None);
        try
        {
            return await fetch.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A provider fetches once at a time: behind one that hangs, the next try would hang, too.
            _chain = new DefaultAWSCredentialsIdentityResolver();
            _ = fetch.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    private static async Task<ImmutableCredentials> FetchAsync(IIdentityResolver<AWSCredentials> chain)
    {
        var provider = await chain.ResolveIdentityAsync(null, CancellationToken.None);
        return await provider.GetCredentialsAsync() ?? throw new AmazonClientException("The provider delivers no keys.");
    }
}
