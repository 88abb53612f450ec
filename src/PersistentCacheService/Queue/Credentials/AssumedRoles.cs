using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EntitlementCache.Aws;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>Assumes one role after the other, the first with the credentials of the SDK's chain (<c>AWS_ROLE_ARN_CHAIN</c>).</summary>
/// <param name="chain">The SDK's chain.</param>
/// <param name="roles">Their ARNs, at least one.</param>
/// <param name="region">Whose STS is asked, unless AWS_ENDPOINT_URL_STS names another one.</param>
/// <param name="sessionName">Name of the session, which the account's trail shows.</param>
internal sealed class AssumedRoles(IIdentityResolver<AWSCredentials> chain, IReadOnlyList<string> roles, string region, string sessionName)
{
    /// <summary>Name of the session unless AWS_ROLE_SESSION_NAME gives another one.</summary>
    public const string DefaultSessionName = "persistent-cache-service";

    // AWS gives an hour at most to a role that was assumed with a role's credentials.
    private const int Seconds = 3600;

    /// <summary>Assumes all of them; the last one's credentials.</summary>
    public async Task<IssuedCredentials> IssueAsync(CancellationToken cancellationToken)
    {
        var credentials = await chain.ResolveIdentityAsync(null, cancellationToken);
        IssuedCredentials? issued = null;
        foreach (var role in roles)
        {
            issued = await AssumeAsync(credentials, role, cancellationToken);
            credentials = new SessionAWSCredentials(issued.Keys.AccessKey, issued.Keys.SecretKey, issued.Keys.Token);
        }

        return issued!;
    }

    private async Task<IssuedCredentials> AssumeAsync(AWSCredentials credentials, string role, CancellationToken cancellationToken)
    {
        var config = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region),
            HttpClientFactory = new SqsHttp(),
            MaxErrorRetry = 1,
            DisableLogging = true,
        };
        using var sts = new AmazonSecurityTokenServiceClient(credentials, config);
        try
        {
            var response = await sts.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = role, RoleSessionName = sessionName, DurationSeconds = Seconds }, cancellationToken);
            var keys = response.Credentials;
            return new IssuedCredentials(
                new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken), new DateTimeOffset(keys.Expiration!.Value.ToUniversalTime(), TimeSpan.Zero));
        }
        catch (AmazonSecurityTokenServiceException exception) when (exception.ErrorCode is "AccessDenied" or "AccessDeniedException")
        {
            throw new CredentialException(
                $"{role} may not be assumed: {exception.ErrorCode} (HTTP {(int)exception.StatusCode}, request id {exception.RequestId}): {exception.Message}",
                "compare AWS_ROLE_ARN_CHAIN; the role's trust policy must name the one before it, or this process's own identity, and that one must be allowed sts:AssumeRole");
        }
    }
}
