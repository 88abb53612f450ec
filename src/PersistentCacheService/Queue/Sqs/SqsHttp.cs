using System.Buffers;
using System.Net;
using Amazon.Runtime;
using Amazon.SQS;
using EntitlementCache.Outbound;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>
/// HTTP of all the SDK's clients, SQS and those that it gets credentials from: by our rules of going out, and with answers that are complete before the
/// SDK reads them. The SDK reads a body with synchronous calls: a slow one would block a thread, and no token would end it.
/// </summary>
internal sealed class SqsHttp : HttpClientFactory
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Shorter than any load balancer's own limit, so that we close first and do not write into a closing connection.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var handler = OutgoingHttp.CreateHandler(ConnectTimeout);
        handler.PooledConnectionIdleTimeout = IdleTimeout;

        // A call to SQS has its own deadline (SqsDeadline), which depends on its wait. The SDK gives none to a call for credentials.
        var timeout = clientConfig is AmazonSQSConfig ? Timeout.InfiniteTimeSpan : RememberedCredentials.Patience;
        return new HttpClient(new CompleteAnswers { InnerHandler = handler }) { Timeout = timeout };
    }

    /// <summary>Reads each answer whole, into a pooled array, before the SDK sees it.</summary>
    private sealed class CompleteAnswers : DelegatingHandler
    {
        // A receive of ten messages of 1 MiB each, every byte escaped as \u00XX, would be 60 MiB; anything larger is not SQS.
        private const int Longest = 64 * 1024 * 1024;

        // Without a length in the answer's head: what ten usual messages take.
        private const int FirstGuess = 16 * 1024;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                var announced = response.Content.Headers.ContentLength;
                var body = ArrayPool<byte>.Shared.Rent((int)Math.Min((announced ?? FirstGuess) + 1, Longest));
                var length = 0;
                var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                while (await stream.ReadAsync(body.AsMemory(length), cancellationToken) is > 0 and var read)
                {
                    length += read;
                    if (length == body.Length)
                    {
                        body = Grow(body, length);
                    }
                }

                var complete = new PooledContent(body, length);
                foreach (var (name, values) in response.Content.Headers.NonValidated)
                {
                    complete.Headers.TryAddWithoutValidation(name, values);
                }

                response.Content.Dispose();
                response.Content = complete;
                return response;
            }
            catch
            {
                // The array goes with it: a broken connection may still be writing into it.
                response.Dispose();
                throw;
            }
        }

        private static byte[] Grow(byte[] body, int length)
        {
            if (length >= Longest)
            {
                throw new InvalidDataException($"The answer is larger than {Longest} bytes.");
            }

            var larger = ArrayPool<byte>.Shared.Rent(length * 2);
            body.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(body);
            return larger;
        }
    }

    private sealed class PooledContent(byte[] body, int length) : HttpContent
    {
        private byte[]? _body = body;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_body!, 0, length);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new MemoryStream(_body!, 0, length, writable: false, publiclyVisible: true);

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(CancellationToken.None));

        protected override bool TryComputeLength(out long contentLength)
        {
            contentLength = length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _body, null) is { } done)
            {
                ArrayPool<byte>.Shared.Return(done);
            }

            base.Dispose(disposing);
        }
    }
}
