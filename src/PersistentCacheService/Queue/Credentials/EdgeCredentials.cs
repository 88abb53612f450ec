using System.Text.Json;
using Amazon.Runtime;
using EntitlementCache.Aws;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>Credentials for a queue from Stigg's Edge API (CONTRACT 5).</summary>
internal static class EdgeCredentials
{
    /// <summary>How long they last, 900 to 3600 s: the longest, so that an outage of the Edge API is survived for long.</summary>
    public const int Seconds = 3600;

    /// <summary>Asks for new ones.</summary>
    /// <exception cref="CredentialException">There are none.</exception>
    public static async Task<IssuedCredentials> IssueAsync(EdgeHttp http, Uri queue, CancellationToken cancellationToken)
    {
        using var reply = await http.GetQueueCredentialsAsync(queue.AbsoluteUri, Seconds, cancellationToken);
        if (reply.Result != EdgeResult.Ok)
        {
            throw new CredentialException($"the Edge API gives no credentials for the queue ({reply.Result}: {reply.Cause})", RemedyOf(reply.Result));
        }

        return Read(reply.Body) ?? throw new CredentialException("the Edge API's answer holds no credentials", "check EDGE_API_URL");
    }

    /// <summary>Reads an answer, with or without a <c>data</c> around it.</summary>
    /// <returns>Null: a member is missing or wrong.</returns>
    public static IssuedCredentials? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data))
            {
                root = data;
            }

            return root.ValueKind == JsonValueKind.Object
                && Text(root, "accessKeyId") is { } accessKey && Text(root, "secretAccessKey") is { } secretKey && Text(root, "sessionToken") is { } token
                && root.TryGetProperty("expiration", out var expiration) && JsonDate.TryRead(expiration, out var milliseconds)
                && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                    ? new IssuedCredentials(new ImmutableCredentials(accessKey, secretKey, token), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or half a surrogate pair in a string.
            return null;
        }
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && !text.Any(char.IsControl) ? text : null;

    private static string RemedyOf(EdgeResult result) => result switch
    {
        EdgeResult.Unauthorized or EdgeResult.Forbidden => "check SERVER_API_KEY: the server key of the environment that the queue belongs to",
        EdgeResult.NotFound or EdgeResult.Rejected => "check QUEUE_URL: the Edge API gives credentials for this environment's event queues only",
        EdgeResult.Network or EdgeResult.Timeout => "check EDGE_API_URL and that the network lets this process reach it",
        _ => "it passes by itself when the Edge API recovers",
    };
}
