using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS;
using PersistentCacheService.Sqs.Credentials;
using PersistentCacheService.Sqs.Operations;
using PersistentCacheService.Sqs.Signing;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>
/// Carries calls: writes the request, signs it, sends it, reads the reply whole, all within one deadline, and turns every failure into an
/// <see cref="AmazonSQSException"/>. It repeats a call at once in two cases only: once when the server's clock explains why a signature was refused,
/// and once when a repeatable call fell on a pooled connection that the server had closed. Everything else, back-off included, is the caller's.
/// </summary>
internal sealed class SqsTransport : IDisposable
{
    private const string UserAgent = "PersistentCacheService.Sqs/1.0";
    private const int RequestCapacity = 4 * 1024; // ten receipt handles of 400 characters

    // A connection that was closed before the request came answers within a round trip; a later break is not staleness.
    private static readonly TimeSpan StaleAnswer = TimeSpan.FromSeconds(1);

    // The reader is SQS, not a browser: quotes and non-ASCII characters need no \u escapes.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TimeProvider _timeProvider;
    private readonly CredentialSource _credentials;
    private readonly SqsEndpoints _endpoints;
    private readonly SqsRequestSigner _signer;
    private readonly HttpMessageInvoker _http;
    private readonly int _maxResponseBytes;

    public SqsTransport(AWSCredentials? credentials, AmazonSQSConfig config, Action<CredentialsRenewedEventArgs> renewed)
    {
        var region = config.AuthenticationRegion ?? config.RegionEndpoint?.SystemName
            ?? throw new ArgumentException("AmazonSQSConfig.RegionEndpoint or AuthenticationRegion is required: requests are signed for a region.", nameof(config));
        _timeProvider = config.TimeProvider;
        _maxResponseBytes = config.MaxResponseBytes;
        _endpoints = new SqsEndpoints(config);
        _signer = new SqsRequestSigner(region);
        _credentials = new CredentialSource(credentials, renewed);
        _http = new HttpMessageInvoker(SqsHttpHandler.Create(config));
        Clock = new ServerClock(config.TimeProvider);
    }

    /// <summary>The clock of signatures.</summary>
    public ServerClock Clock { get; }

    /// <summary>Makes a call.</summary>
    /// <exception cref="AmazonSQSException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        SqsOperation<TRequest, TResponse> operation, TRequest request, string? queueUrl, TimeSpan deadline, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse
    {
        var endpoint = _endpoints.For(queueUrl);
        using var timeout = new CancellationTokenSource(deadline, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var body = new PooledBytes(RequestCapacity);
        try
        {
            WriteBody(body, operation, request);
            var response = await CallAsync(operation, endpoint, body, either.Token);
            body.Dispose();
            return response;
        }
        catch (Exception error)
        {
            // A broken connection may still be reading the array.
            body.Abandon();
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested && IsTransportError(error))
            {
                throw new SqsTimeoutException(
                    $"SQS {operation.Name}: no complete answer from {endpoint.Uri.GetLeftPart(UriPartial.Authority)} within {deadline.TotalSeconds:0.#} s.", deadline, error);
            }

            throw;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _credentials.Dispose();
    }

    private static void WriteBody<TRequest, TResponse>(PooledBytes body, SqsOperation<TRequest, TResponse> operation, TRequest request)
        where TResponse : AmazonWebServiceResponse
    {
        using var writer = new Utf8JsonWriter(body, WriterOptions);
        writer.WriteStartObject();
        operation.WriteMembers(writer, request);
        writer.WriteEndObject();
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        SqsOperation<TRequest, TResponse> operation, SqsEndpoint endpoint, PooledBytes body, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse
    {
        var mayBeStale = operation.Repeatable;
        var mayBeSkewed = true;
        while (true)
        {
            var credentials = await GetCredentialsAsync(operation.Name, cancellationToken);
            var start = _timeProvider.GetTimestamp();
            HttpReply reply;
            try
            {
                var headers = _signer.Sign(credentials, Clock.Now, endpoint.Host, operation.TargetUtf8, body.Memory.Span);
                reply = await SendAsync(endpoint, operation.Target, headers, body.Memory, cancellationToken);
            }
            catch (HttpRequestException error) when (mayBeStale && IsClosedConnection(error) && _timeProvider.GetElapsedTime(start) < StaleAnswer)
            {
                mayBeStale = false;
                continue;
            }
            catch (Exception error) when (IsTransportError(error) && !cancellationToken.IsCancellationRequested)
            {
                // A cancellation that nobody asked for is the end of the time to connect.
                throw new AmazonSQSException(
                    error is InvalidDataException ? SqsErrorKind.UnexpectedResponse : SqsErrorKind.Network,
                    $"SQS {operation.Name}: {endpoint.Uri.GetLeftPart(UriPartial.Authority)}: {error.Message}",
                    error);
            }

            if ((int)reply.Status is >= 200 and < 300)
            {
                return ReadResponse(operation, reply);
            }

            var errorReply = ErrorReplyReader.Read(reply);
            reply.Content.Dispose();
            if (mayBeSkewed && IsSignatureRefused(errorReply.Kind) && reply.Date is { } serverTime && Clock.Correct(serverTime))
            {
                mayBeSkewed = false;
                continue;
            }

            if (errorReply.Kind == SqsErrorKind.ExpiredCredentials)
            {
                _credentials.Expired(credentials);
            }

            throw ErrorReplyReader.ToException(errorReply, operation.Name);
        }
    }

    private async ValueTask<ImmutableCredentials> GetCredentialsAsync(string operation, CancellationToken cancellationToken)
    {
        try
        {
            return await _credentials.GetAsync(cancellationToken);
        }
        catch (OperationCanceledException error)
        {
            // When it is the caller's cancellation, that is what the caller gets.
            throw new AmazonSQSException(SqsErrorKind.CredentialsUnavailable, $"SQS {operation}: no AWS credentials within the call's deadline.", error);
        }
    }

    private async Task<HttpReply> SendAsync(SqsEndpoint endpoint, string target, SignedHeaders headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Uri) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", SqsProtocol.ContentType);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", headers.Date);
        request.Headers.TryAddWithoutValidation("Authorization", headers.Authorization);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("x-amzn-query-mode", "true");
        if (headers.SecurityToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        return await HttpReply.ReadAsync(response, _maxResponseBytes, cancellationToken);
    }

    private static TResponse ReadResponse<TRequest, TResponse>(SqsOperation<TRequest, TResponse> operation, HttpReply reply)
        where TResponse : AmazonWebServiceResponse
    {
        try
        {
            var response = operation.ReadResponse(reply.Content);
            response.HttpStatusCode = reply.Status;
            response.ResponseMetadata = new ResponseMetadata { RequestId = reply.RequestId };
            return response;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader throws InvalidOperationException for strings that are not Unicode.
            var length = reply.Content.Length;
            reply.Content.Dispose();
            throw new AmazonSQSException(
                SqsErrorKind.UnexpectedResponse, $"SQS {operation.Name}: HTTP {(int)reply.Status} with {length} bytes that are no answer of SQS: {error.Message}", error);
        }
    }

    private static bool IsTransportError(Exception error) => error is HttpRequestException or IOException or InvalidDataException or OperationCanceledException;

    private static bool IsSignatureRefused(SqsErrorKind kind) => kind is SqsErrorKind.ClockSkew or SqsErrorKind.InvalidCredentials or SqsErrorKind.AccessDenied;

    /// <summary>The connection ended without a byte of an answer; a refused connection is something else.</summary>
    private static bool IsClosedConnection(HttpRequestException error) =>
        error.HttpRequestError == HttpRequestError.ResponseEnded
        || error.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } };
}
