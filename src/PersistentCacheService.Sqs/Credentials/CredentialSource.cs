using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SQS;

namespace PersistentCacheService.Sqs.Credentials;

/// <summary>
/// The credentials of each request: those given, or those of AWSSDK.Core's default chain (environment, web identity, profile, container endpoint, IMDS).
/// The chain is asked every time, which costs 2 microseconds: it caches, refreshes before expiry, and notices changed files and variables.
/// </summary>
/// <param name="given">The credentials; null: those of the chain.</param>
/// <param name="renewed">Told of the first credentials and of each that replaces others; on the thread of the call that got them.</param>
internal sealed class CredentialSource(AWSCredentials? given, Action<CredentialsRenewedEventArgs> renewed) : IDisposable
{
    private readonly DefaultAWSCredentialsIdentityResolver? _chain = given is null ? new DefaultAWSCredentialsIdentityResolver() : null;
    private Resolved? _latest;

    /// <summary>Gets credentials that have not expired, as far as the local clock knows.</summary>
    /// <exception cref="AmazonSQSException">Kind <see cref="SqsErrorKind.CredentialsUnavailable"/>: nobody delivers any.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; a fetch under way goes on for the next caller.</exception>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var provider = given ?? await _chain!.ResolveIdentityAsync(null, cancellationToken).WaitAsync(cancellationToken);
            var credentials = await provider.GetCredentialsAsync().WaitAsync(cancellationToken)
                ?? throw new AmazonClientException("The provider delivers no keys.");
            if (!ReferenceEquals(Volatile.Read(ref _latest)?.Credentials, credentials))
            {
                Remember(new Resolved(provider, credentials));
            }

            return credentials;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            // Providers fail with whatever their parts throw: service, client, IO, JSON, argument and reflection exceptions.
            throw new AmazonSQSException(SqsErrorKind.CredentialsUnavailable, $"No AWS credentials: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }

    /// <summary>The server says that these have expired: drop them, so that the next request gets new ones, unless that has happened already.</summary>
    public void Expired(ImmutableCredentials refused)
    {
        if (Volatile.Read(ref _latest) is { Provider: RefreshingAWSCredentials provider } latest && ReferenceEquals(latest.Credentials, refused))
        {
            provider.ClearCredentials();
        }
    }

    public void Dispose() => _chain?.Dispose();

    private void Remember(Resolved resolved)
    {
        // Some providers make a new object of the same keys each time; of calls at one moment, only one tells.
        var before = Interlocked.Exchange(ref _latest, resolved)?.Credentials;
        if (before?.AccessKey != resolved.Credentials.AccessKey || before.Token != resolved.Credentials.Token)
        {
            renewed(new CredentialsRenewedEventArgs(resolved.Provider.GetType().Name, resolved.Provider.Expiration, before is null));
        }
    }

    private sealed record Resolved(AWSCredentials Provider, ImmutableCredentials Credentials);
}
