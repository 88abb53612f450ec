using Amazon.Runtime;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Operations;
using PersistentCacheService.Sqs.Transport;

namespace Amazon.SQS;

/// <summary>
/// A thin client of SQS with the names of AWSSDK.SQS, for the calls of a consumer and its tools. Safe for use by many threads at once.
/// </summary>
/// <remarks>
/// <para>Every call has a hard deadline (<see cref="AmazonSQSConfig.Timeout"/>; a receive's <c>WaitTimeSeconds</c> comes on top) and fails with an
/// <see cref="AmazonSQSException"/> whose <see cref="AmazonSQSException.Kind"/> says what to do, or with <see cref="OperationCanceledException"/> when its
/// token was cancelled. Cancelling a receive can lose what SQS had already handed out until its visibility timeout.</para>
/// <para>The client does not back off and does not retry, with two exceptions, each at once and once a call: a signature refused because of a wrong local
/// clock is made again with the server's time (see <see cref="ClockOffset"/>), and a call that does no harm when done twice is sent again when it met
/// a pooled connection that the server had closed.</para>
/// <para>It has its own wire, <c>SocketsHttpHandler</c>, instead of deriving from AWSSDK.Core's <c>AmazonServiceClient</c>: that pipeline has no pooled
/// bodies, retries with delays that cannot be seen from outside, and costs 350 microseconds of CPU and 41 kB of garbage for a small call where this client
/// costs 140 and 5 (measured on one shared core, loopback, plain HTTP, session credentials).</para>
/// </remarks>
public sealed class AmazonSQSClient : IDisposable
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    // SQS's longest wait: what a queue may have as its own when a receive names none.
    private const int LongestWaitSeconds = 20;

    private readonly SqsTransport _transport;
    private readonly TimeSpan _timeout;

    /// <summary>A client with the credentials of the default chain.</summary>
    public AmazonSQSClient(AmazonSQSConfig clientConfig)
        : this(null, clientConfig)
    {
    }

    /// <summary>A client with given credentials.</summary>
    /// <param name="credentials">The credentials; null: those of the default chain.</param>
    /// <param name="clientConfig">The settings.</param>
    /// <exception cref="ArgumentException">No region, or a service URL that is not an origin.</exception>
    public AmazonSQSClient(AWSCredentials? credentials, AmazonSQSConfig clientConfig)
    {
        _timeout = clientConfig.Timeout ?? DefaultTimeout;
        _transport = new SqsTransport(credentials, clientConfig, arguments => CredentialsRenewed?.Invoke(this, arguments));
    }

    /// <summary>
    /// The next requests are signed with other credentials than before. Raised on the thread of a call, which waits for the handlers and fails with
    /// what they throw: return soon.
    /// </summary>
    public event EventHandler<CredentialsRenewedEventArgs>? CredentialsRenewed;

    /// <summary>What signatures add to the local clock since the server refused one; zero while the clocks agree. Worth a warning when it is not.</summary>
    public TimeSpan ClockOffset => _transport.Clock.Offset;

    /// <summary>Receives up to 10 messages, waiting for the first. Dispose the response when its bodies are no longer read.</summary>
    public Task<ReceiveMessageResponse> ReceiveMessageAsync(ReceiveMessageRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(
            ReceiveMessageOperation.Instance,
            request,
            request.QueueUrl,
            _timeout + TimeSpan.FromSeconds(request.WaitTimeSeconds ?? LongestWaitSeconds),
            cancellationToken);

    /// <summary>Deletes up to 10 messages; look at every entry of the response.</summary>
    public Task<DeleteMessageBatchResponse> DeleteMessageBatchAsync(DeleteMessageBatchRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(DeleteMessageBatchOperation.Instance, request, request.QueueUrl, _timeout, cancellationToken);

    /// <summary>Changes the visibility timeout of up to 10 messages; look at every entry of the response.</summary>
    public Task<ChangeMessageVisibilityBatchResponse> ChangeMessageVisibilityBatchAsync(
        ChangeMessageVisibilityBatchRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(ChangeMessageVisibilityBatchOperation.Instance, request, request.QueueUrl, _timeout, cancellationToken);

    /// <summary>Gets attributes of a queue.</summary>
    public Task<GetQueueAttributesResponse> GetQueueAttributesAsync(GetQueueAttributesRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(GetQueueAttributesOperation.Instance, request, request.QueueUrl, _timeout, cancellationToken);

    /// <summary>Sends up to 10 messages; look at every entry of the response.</summary>
    public Task<SendMessageBatchResponse> SendMessageBatchAsync(SendMessageBatchRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(SendMessageBatchOperation.Instance, request, request.QueueUrl, _timeout, cancellationToken);

    /// <summary>Creates a queue, or finds it when it exists with the same attributes.</summary>
    public Task<CreateQueueResponse> CreateQueueAsync(CreateQueueRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(CreateQueueOperation.Instance, request, null, _timeout, cancellationToken);

    /// <summary>Gets the URL of a queue.</summary>
    public Task<GetQueueUrlResponse> GetQueueUrlAsync(GetQueueUrlRequest request, CancellationToken cancellationToken = default) =>
        _transport.CallAsync(GetQueueUrlOperation.Instance, request, null, _timeout, cancellationToken);

    /// <summary>Closes the connections; calls under way fail.</summary>
    public void Dispose() => _transport.Dispose();
}
