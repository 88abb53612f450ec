using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestKit.ScriptedRedisServer;

/// <summary>
/// A server on loopback that speaks RESP2 as a test wants it: every command is handed to a script that says what goes back, also nothing,
/// half of it, or the end of the connection. Not a Redis: it stores nothing.
/// </summary>
public sealed class ScriptedRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Task> _connections = new();
    private readonly ConcurrentQueue<ScriptedCommand> _commands = new();
    private readonly Func<ScriptedCommand, ScriptedReply> _script;
    private readonly Func<int, ScriptedReply>? _greeting;
    private readonly Task _accepting;
    private int _accepted;

    private ScriptedRedis(Func<ScriptedCommand, ScriptedReply> script, Func<int, ScriptedReply>? greeting)
    {
        _script = script;
        _greeting = greeting;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Host name to connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>TCP port.</summary>
    public int Port { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Every command received so far, in order.</summary>
    public IReadOnlyList<ScriptedCommand> Commands => [.. _commands];

    /// <summary>Starts a server whose every answer comes from <paramref name="script"/>.</summary>
    /// <param name="script">Called for each command, for one connection at a time in order.</param>
    /// <param name="greeting">What a connection (counted from 1) is sent before it said anything; null for nothing.</param>
    public static ScriptedRedis Start(Func<ScriptedCommand, ScriptedReply> script, Func<int, ScriptedReply>? greeting = null) => new(script, greeting);

    /// <summary>Starts a server that passes for a healthy primary during a client's handshake; <paramref name="script"/> answers everything else.</summary>
    public static ScriptedRedis StartPrimary(Func<ScriptedCommand, ScriptedReply> script) => Start(command => AnswerOfPrimary(command) ?? script(command));

    /// <summary>What a healthy primary answers to a command of a handshake; null for any other command.</summary>
    public static ScriptedReply? AnswerOfPrimary(ScriptedCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Text.ToUpperInvariant() switch
        {
            "PING" => ScriptedReply.Send("+PONG\r\n"),
            "ROLE" => ScriptedReply.Send("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"),
            "INFO REPLICATION" => ScriptedReply.Bulk("# Replication\r\nrole:master\r\n"),
            "INFO SERVER" => ScriptedReply.Bulk("# Server\r\nredis_version:7.0.0\r\nredis_mode:standalone\r\n"),
            var text when text.StartsWith("AUTH ", StringComparison.Ordinal) => ScriptedReply.Send("+OK\r\n"),
            var text when text.StartsWith("SELECT ", StringComparison.Ordinal) => ScriptedReply.Send("+OK\r\n"),
            var text when text.StartsWith("HELLO ", StringComparison.Ordinal) => ScriptedReply.Error("ERR unknown command 'HELLO'"),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();

        // In this order: to go on accepting from a listener that was stopped is an error.
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections.Values);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                var number = Interlocked.Increment(ref _accepted);
                _connections[number] = ServeAsync(number, socket);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the server.
        }
    }

    private async Task ServeAsync(int number, Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket);
            try
            {
                if (_greeting?.Invoke(number) is { } greeting && !await SendAsync(stream, socket, greeting))
                {
                    return;
                }

                var requests = new RequestReader(stream);
                while (await requests.ReadAsync(_stopping.Token) is { } arguments)
                {
                    var command = new ScriptedCommand(number, [.. arguments.Select(Encoding.UTF8.GetString)]);
                    _commands.Enqueue(command);
                    if (!await SendAsync(stream, socket, _script(command)))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the server ends.
            }
        }
    }

    /// <summary>False when the reply ends the connection.</summary>
    private async Task<bool> SendAsync(NetworkStream stream, Socket socket, ScriptedReply reply)
    {
        await stream.WriteAsync(reply.Bytes, _stopping.Token);
        if (reply.ResetAfterwards)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        return !reply.CloseAfterwards && !reply.ResetAfterwards;
    }
}
