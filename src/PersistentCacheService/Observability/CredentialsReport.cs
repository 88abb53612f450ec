using System.Globalization;
using Amazon.SQS;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.Observability;

/// <summary>Logs which credentials the queue is called with, at the first call and at each renewal: who delivered them and how long they last, never the keys.</summary>
internal static class CredentialsReport
{
    /// <summary>Logs for a client from now on.</summary>
    public static void LogCredentials(this AmazonSQSClient client, ILogger logger) => client.CredentialsRenewed += (_, credentials) =>
    {
        var expiry = credentials.Expiration?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "none known";
        if (credentials.IsFirst)
        {
            Log.CredentialsFound(logger, credentials.Provider, expiry);
        }
        else
        {
            Log.CredentialsRenewed(logger, credentials.Provider, expiry);
        }
    };
}
