using Amazon.Runtime;
using EntitlementCache.Aws;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Access;

/// <summary>Makes the tokens that ElastiCache and MemoryDB take as the password of an IAM user: a signed request that is never sent.</summary>
/// <param name="settings">What they are signed for.</param>
/// <param name="user">Id of the user, which is also its name.</param>
/// <param name="credentials">Gives the credentials of now.</param>
/// <param name="time">Clock; AWS refuses tokens of a wrong one.</param>
internal sealed class IamTokens(RedisIamSettings settings, string user, Func<CancellationToken, Task<ImmutableCredentials>> credentials, TimeProvider time)
{
    /// <summary>How long AWS takes a token; no longer one is possible.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>When the last token was signed, by this machine's clock.</summary>
    public DateTimeOffset SignedAt { get; private set; }

    /// <summary>A new token.</summary>
    /// <exception cref="RedisFailureException">There are no credentials to sign it with.</exception>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var keys = await CredentialsAsync(cancellationToken);
        Dictionary<string, string> parameters = new(StringComparer.Ordinal) { ["Action"] = "connect", ["User"] = user };
        if (settings.IsServerless)
        {
            parameters.Add("ResourceType", "ServerlessCache");
        }

        SignedAt = time.GetUtcNow();
        return PresignedUrl.Create(new Uri($"http://{settings.Cluster}/"), parameters, (settings.Service, settings.Region), Lifetime, keys, SignedAt);
    }

    private async Task<ImmutableCredentials> CredentialsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await credentials(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var remedy = CredentialFailure.Remedy(exception) is { } known ? $" ({known})" : "";
            throw new RedisFailureException(RedisFailureKind.CredentialsUnavailable, $"No AWS credentials to sign the IAM token with: {CredentialFailure.Describe(exception)}{remedy}", exception);
        }
    }
}
