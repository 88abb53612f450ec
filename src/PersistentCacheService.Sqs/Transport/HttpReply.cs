using System.Net;
using System.Net.Http.Headers;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>A whole HTTP reply. Its owner disposes <paramref name="Content"/>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Content">The body.</param>
/// <param name="RequestId">AWS's id of the request; null when the reply has none.</param>
/// <param name="QueryError">Header <c>x-amzn-query-error</c>: <c>code;Sender</c> or <c>code;Receiver</c>; null when there is none.</param>
/// <param name="Date">The server's time; null when the reply has none.</param>
internal sealed record HttpReply(HttpStatusCode Status, PooledBytes Content, string? RequestId, string? QueryError, DateTimeOffset? Date)
{
    // Empty receives and batch results: most replies without Content-Length fit at once.
    private const int UnknownLengthCapacity = 16 * 1024;

    /// <summary>Reads a response to its end.</summary>
    /// <param name="response">The response, its body not read yet.</param>
    /// <param name="limit">Largest body accepted, in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The body is larger than <paramref name="limit"/>.</exception>
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    public static async Task<HttpReply> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var length = response.Content.Headers.ContentLength;
        if (length > limit)
        {
            throw TooLarge(limit);
        }

        // One byte more than announced: the read that finds the end needs room as well.
        var content = new PooledBytes(length is { } known ? (int)known + 1 : UnknownLengthCapacity);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(content.GetMemory(), cancellationToken) is > 0 and var count)
            {
                content.Advance(count);
                if (content.Length > limit)
                {
                    throw TooLarge(limit);
                }
            }
        }
        catch
        {
            // A cancelled read may still be writing into the array.
            content.Abandon();
            throw;
        }

        return new HttpReply(response.StatusCode, content, First(response.Headers, "x-amzn-RequestId"), First(response.Headers, "x-amzn-query-error"), response.Headers.Date);
    }

    private static InvalidDataException TooLarge(int limit) => new($"The reply is larger than {limit} bytes.");

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count > 0 ? values.ToString() : null;
}
