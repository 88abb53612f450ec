using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Identity;
using EntitlementCache.EdgeApi;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>The credentials of one queue, from where the settings say.</summary>
internal static class QueueCredentials
{
    private const string SessionNameVariable = "AWS_ROLE_SESSION_NAME";

    /// <summary>Makes them; no service is called yet.</summary>
    /// <param name="queue">Which queue, and whose credentials.</param>
    /// <param name="edge">The Edge API.</param>
    /// <param name="time">Clock.</param>
    /// <param name="random">Evenly random in [0, 1).</param>
    /// <param name="loggers">Log.</param>
    public static RememberedCredentials Create(QueueSettings queue, EdgeApiSettings? edge, TimeProvider time, Func<double> random, ILoggerFactory loggers)
    {
        Func<IIdentityResolver<AWSCredentials>> chain = static () => new DefaultAWSCredentialsIdentityResolver();
        RenewedCredentials? renewed = null;
        if (queue.Credentials == QueueCredentialSource.Edge && edge is not null)
        {
            // It lives as long as the process.
            var http = new EdgeHttp(edge, time);
            renewed = Renewed("the Edge API", cancellationToken => EdgeCredentials.IssueAsync(http, queue.Url, cancellationToken));
        }
        else if (queue.Roles is [.., var last])
        {
            var sessionName = Environment.GetEnvironmentVariable(SessionNameVariable) is { Length: > 0 } given ? given : AssumedRoles.DefaultSessionName;

            // A new chain each time: a provider that hung until a renewal's deadline still hangs, and the next renewal would wait behind it.
            renewed = Renewed(last, cancellationToken => new AssumedRoles(chain(), queue.Roles, queue.Region, sessionName).IssueAsync(cancellationToken));
        }

        return new RememberedCredentials(renewed is null ? chain : () => new FixedResolver(renewed), time, loggers.CreateLogger<RememberedCredentials>());

        RenewedCredentials Renewed(string source, Func<CancellationToken, Task<IssuedCredentials>> issue) =>
            new(source, issue, time, random, loggers.CreateLogger<RenewedCredentials>());
    }
}
