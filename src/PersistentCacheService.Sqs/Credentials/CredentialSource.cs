using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.SQS;

namespace PersistentCacheService.Sqs.Credentials;

/// <summary>
/// The credentials of each request: those given, or those of AWSSDK.Core's default chain (environment, web identity, profile, container endpoint, IMDS).
/// The chain is asked every time, which costs 2 microseconds: it caches, refreshes before expiry, and notices changed files and variables.
/// </summary>
internal sealed class CredentialSource(AWSCredentials? given) : IDisposable
{
    private readonly DefaultAWSCredentialsIdentityResolver? _chain = given is null ? new DefaultAWSCredentialsIdentityResolver() : null;
    private volatile Resolved? _latest;

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
            if (!ReferenceEquals(_latest?.Credentials, credentials))
            {
                _latest = new Resolved(provider, credentials);
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
        if (_latest is { Provider: RefreshingAWSCredentials provider } latest && ReferenceEquals(latest.Credentials, refused))
        {
            provider.ClearCredentials();
        }
    }

    public void Dispose() => _chain?.Dispose();

    private sealed record Resolved(AWSCredentials Provider, ImmutableCredentials Credentials);
}
