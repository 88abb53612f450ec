using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sidecar.Tests.Realtime;

/// <summary>A real WebSocket server that speaks <c>graphql-transport-ws</c>: takes subscriptions, sends what a test says, and ends connections on demand.</summary>
internal sealed class FakeRealtimeServer(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, WebSocket> _open = new();
    private readonly ConcurrentQueue<JsonNode> _received = new();
    private readonly SemaphoreSlim _sending = new(1);
    private int _connections;

    /// <summary>For WS_URL.</summary>
    public string Url => app.Urls.First().Replace("http://", "ws://", StringComparison.Ordinal);

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Everything received, in order, pings aside.</summary>
    public IReadOnlyList<JsonNode> Received => [.. _received];

    /// <summary>Connections are closed with this instead of being acknowledged; null: they are acknowledged.</summary>
    public (int Status, string Reason)? Refusal { get; set; }

    /// <summary>Starts the server on a free port.</summary>
    public static async Task<FakeRealtimeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeRealtimeServer(app);
        app.UseWebSockets();
        app.Map("/graphql", server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Sends an event to every open connection.</summary>
    public async Task SendAsync(string field, string payload)
    {
        var id = field switch { "entitlementsUpdatedV2" => "1", "usageUpdatedV2" => "2", _ => "3" };
        foreach (var socket in _open.Values)
        {
            await SendAsync(socket, $$$$"""{"id":"{{{{id}}}}","type":"next","payload":{"data":{"{{{{field}}}}":{{{{payload}}}}}}}""");
        }
    }

    /// <summary>Sends an event that carries an error.</summary>
    public async Task SendErrorAsync(string message)
    {
        foreach (var socket in _open.Values)
        {
            await SendAsync(socket, $$$$"""{"id":"1","type":"next","payload":{"errors":[{"message":"{{{{message}}}}"}]}}""");
        }
    }

    /// <summary>Asks every open connection for a sign of life.</summary>
    public async Task PingAsync()
    {
        foreach (var socket in _open.Values)
        {
            await SendAsync(socket, """{"type":"ping"}""");
        }
    }

    /// <summary>Cuts every open connection.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Values)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Cut();
        await app.DisposeAsync();
        _sending.Dispose();
    }

    private async Task SendAsync(WebSocket socket, string text)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("graphql-transport-ws");
        var number = Interlocked.Increment(ref _connections);
        try
        {
            var buffer = new byte[64 * 1024];
            while (socket.State == WebSocketState.Open)
            {
                var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                await AnswerAsync(socket, number, JsonNode.Parse(buffer.AsSpan(0, part.Count))!);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The connection is gone.
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }

    private async Task AnswerAsync(WebSocket socket, int number, JsonNode message)
    {
        switch ((string?)message["type"])
        {
            case "connection_init" when Refusal is { } refusal:
                await socket.CloseAsync((WebSocketCloseStatus)refusal.Status, refusal.Reason, CancellationToken.None);
                break;
            case "connection_init":
                _received.Enqueue(message);
                await SendAsync(socket, """{"type":"connection_ack"}""");
                break;
            case "ping":
                _open[number] = socket;
                await SendAsync(socket, """{"type":"pong"}""");
                break;
            default:
                _received.Enqueue(message);
                break;
        }
    }
}
