using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace TestKit.Browser;

/// <summary>A connection of the Chrome DevTools protocol: commands with their answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly ConcurrentDictionary<string, Action<string, JsonNode>> _listeners = new(StringComparer.Ordinal);
    private readonly Channel<string> _commands = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;
    private int _lastId;

    /// <summary>Connects to a browser.</summary>
    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None);
        tools._running = Task.WhenAll(tools.ReceiveAsync(), tools.SendAsync());
        return tools;
    }

    /// <summary>Sends a command and gives the answer's result.</summary>
    /// <param name="method">Which.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="session">The tab; null: the browser.</param>
    /// <exception cref="InvalidOperationException">The browser refuses it.</exception>
    public async Task<JsonNode> CallAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            command["sessionId"] = session;
        }

        _commands.Writer.TryWrite(command.ToJsonString());
        var message = await answer.Task.WaitAsync(AnswerDeadline, TimeProvider.System);
        return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"]!;
    }

    /// <summary>Has the events of a tab taken: method and parameters, one after the other; null: not any more.</summary>
    public void Listen(string session, Action<string, JsonNode>? take)
    {
        if (take is null)
        {
            _listeners.TryRemove(session, out _);
        }
        else
        {
            _listeners[session] = take;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task SendAsync()
    {
        await foreach (var command in _commands.Reader.ReadAllAsync(_end.Token))
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(command), WebSocketMessageType.Text, endOfMessage: true, _end.Token);
        }
    }

    private async Task ReceiveAsync()
    {
        var part = new byte[64 * 1024];
        var whole = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await _socket.ReceiveAsync(part.AsMemory(), _end.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            whole.Write(part.AsSpan(0, result.Count));
            if (result.EndOfMessage)
            {
                Take(JsonNode.Parse(whole.WrittenSpan)!);
                whole.ResetWrittenCount();
            }
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id && _waiting.TryRemove((int)id, out var waiting))
        {
            waiting.SetResult(message);
        }
        else if (message["method"] is { } method && message["sessionId"] is { } session && _listeners.TryGetValue((string)session!, out var take))
        {
            take((string)method!, message["params"]!);
        }
    }
}
