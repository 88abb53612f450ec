using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using EntitlementCache.Settings;
using Sidecar.Reading;

namespace Sidecar.Realtime;

/// <summary>
/// One life of a connection in the protocol <c>graphql-transport-ws</c>: it is opened, subscribes, hands on what comes, and ends with the reason why.
/// </summary>
/// <param name="url">Base URL of the server.</param>
/// <param name="apiKey">Sent in the first message only.</param>
/// <param name="time">Clock.</param>
internal sealed class RealtimeConnection(Uri url, Secret apiKey, TimeProvider time) : IDisposable
{
    // An event with some thousand entitlements; more is not what this cache is for.
    private const int MaxMessageLength = 8 * 1024 * 1024;

    // The server must send something in twice the time between two pings.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OpeningDeadline = TimeSpan.FromSeconds(15);

    private static readonly string Silence = $"the server was silent for {PingInterval.TotalSeconds * 2:0} s";

    private readonly ClientWebSocket _socket = CreateSocket();
    private readonly SemaphoreSlim _sending = new(1);
    private long _heardAt;
    private volatile bool _isSilent;

    /// <summary>Connects and subscribes to everything. The answer to a ping after that proves that the server has taken the subscriptions.</summary>
    /// <exception cref="RealtimeException">It failed.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(OpeningDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _socket.ConnectAsync(new Uri(url.AbsoluteUri.TrimEnd('/') + "/graphql"), either.Token);
            await SendAsync(RealtimeMessages.Init(apiKey), either.Token);
            await ExpectAsync("connection_ack", either.Token);
            for (var i = 0; i < Subscriptions.All.Count; i++)
            {
                await SendAsync(RealtimeMessages.Subscribe(i, Subscriptions.All[i]), either.Token);
            }

            await SendAsync(RealtimeMessages.Ping, either.Token);
        }
        catch (WebSocketException exception)
        {
            throw new RealtimeException($"cannot connect: {exception.WebSocketErrorCode}, {exception.GetBaseException().Message}", exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RealtimeException($"not open within {OpeningDeadline.TotalSeconds:0} s");
        }
    }

    /// <summary>Receives until the connection ends.</summary>
    /// <param name="onAlive">Called at every answer to a ping.</param>
    /// <param name="onEvent">Called with every event, in order.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RealtimeException">Always, unless cancelled: why it ended.</exception>
    public async Task ReceiveAsync(Action onAlive, Func<JsonElement, Task> onEvent, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pings = PingAsync(end.Token);
        try
        {
            while (true)
            {
                using var message = await NextAsync(cancellationToken);
                await HandleAsync(message.RootElement, onAlive, onEvent, cancellationToken);
            }
        }
        finally
        {
            await end.CancelAsync();
            await pings.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private static ClientWebSocket CreateSocket()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.KeepAliveInterval = TimeSpan.Zero; // The protocol has pings of its own.
        return socket;
    }

    private async Task HandleAsync(JsonElement message, Action onAlive, Func<JsonElement, Task> onEvent, CancellationToken cancellationToken)
    {
        switch (message.Text("type"))
        {
            case "next":
                await onEvent(message.Object("payload"));
                break;
            case "ping":
                await SendAsync(RealtimeMessages.Pong, cancellationToken);
                break;
            case "pong":
                onAlive();
                break;
            case "error":
                throw new RealtimeException($"a subscription was refused: {RealtimeMessages.FirstError(message.Object("payload"))}");
            case "complete":
                throw new RealtimeException("the server ended a subscription");
            default:
                break; // Of no concern to us.
        }
    }

    private async Task ExpectAsync(string type, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var message = await NextAsync(cancellationToken);
            switch (message.RootElement.Text("type"))
            {
                case { } found when found == type:
                    return;
                case "ping":
                    await SendAsync(RealtimeMessages.Pong, cancellationToken);
                    break;
                case var other:
                    throw new RealtimeException($"the server answered '{other}' instead of {type}");
            }
        }
    }

    private async Task PingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(PingInterval, time, cancellationToken);
            if (time.GetElapsedTime(Volatile.Read(ref _heardAt)) > PingInterval * 2)
            {
                _isSilent = true;
                _socket.Abort(); // The receive loop ends with it.
                return;
            }

            await SendAsync(RealtimeMessages.Ping, cancellationToken);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<JsonDocument> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var text = new ArrayBufferWriter<byte>(4096);
            while (true)
            {
                var part = await _socket.ReceiveAsync(text.GetMemory(4096), cancellationToken);
                Volatile.Write(ref _heardAt, time.GetTimestamp());
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw new RealtimeException($"the server closed the connection: {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}")
                    {
                        // 4403 and 4401 are the protocol's Forbidden and Unauthorized.
                        IsKeyRefused = _socket.CloseStatusDescription == "Invalid API key" || (int?)_socket.CloseStatus is 4401 or 4403,
                    };
                }

                text.Advance(part.Count);
                if (text.WrittenCount > MaxMessageLength)
                {
                    throw new RealtimeException($"a message is larger than {MaxMessageLength} bytes");
                }

                if (part.EndOfMessage)
                {
                    return JsonDocument.Parse(text.WrittenMemory);
                }
            }
        }
        catch (WebSocketException exception)
        {
            throw new RealtimeException(_isSilent ? Silence : $"the connection was lost: {exception.WebSocketErrorCode}", exception);
        }
        catch (OperationCanceledException) when (_isSilent && !cancellationToken.IsCancellationRequested)
        {
            throw new RealtimeException(Silence);
        }
        catch (JsonException exception)
        {
            throw new RealtimeException("the server sent something that is not JSON", exception);
        }
    }
}
