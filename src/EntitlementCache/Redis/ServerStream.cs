using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace EntitlementCache.Redis;

/// <summary>
/// The bytes to and from the server, with an eye on them: since when an answer is due, and what the server said while the connection was made
/// (StackExchange.Redis does not pass on why a server refuses a client).
/// </summary>
/// <param name="inner">The dialled connection, TLS included.</param>
/// <param name="time">Clock.</param>
internal sealed class ServerStream(Stream inner, TimeProvider time) : Stream
{
    // The answers to AUTH, INFO and PING. INFO's, some kilobytes, comes before that to PING.
    private const int MostKept = 16 * 1024;

    // As Redis quotes them, since 6 and before.
    private static readonly string[] Indispensable = ["'ping'", "`ping`", "'auth'", "`auth`"];

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _beginning = [];
    private volatile bool _isWatched = true;
    private long _dueSince;

    /// <summary>Completes when the server has closed the connection or StackExchange.Redis has given it up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why nothing more could be read; null: nothing has failed. A server's last word in TLS 1.3 comes this way.</summary>
    public Exception? ReadFailure { get; private set; }

    /// <summary>Whether the server ever sent anything.</summary>
    public bool HasAnswered { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How long nothing at all has come since something was sent; zero when nothing is due.</summary>
    public TimeSpan Silence => Volatile.Read(ref _dueSince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>The first error the server answered with so far, without the leading <c>-</c>; null when there is none.</summary>
    public string? FirstError()
    {
        string text;
        lock (_beginning)
        {
            text = Encoding.UTF8.GetString([.. _beginning]);
        }

        var errors = text.Split('\n').Where(static line => line.StartsWith('-')).Select(static line => line[1..].TrimEnd('\r')).ToArray();
        return errors.FirstOrDefault(static error => !IsTolerable(error)) ?? errors.LastOrDefault();
    }

    /// <summary>The connection is made: what comes now is not kept.</summary>
    public void StopKeeping() => _isWatched = false;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Seen(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Seen(buffer[..inner.Read(buffer)]);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            return Seen(buffer.Span[..read]);
        }
        catch (IOException exception)
        {
            ReadFailure = exception;
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        Sent();
        inner.Write(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Sent();
        inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Sent();
        return inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _ended.TrySetResult();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _ended.TrySetResult();
        await base.DisposeAsync();
    }

    /// <summary>HELLO and INFO may be unknown or not allowed; AUTH and PING, the last, may not.</summary>
    private static bool IsTolerable(string error) =>
        (error.StartsWith("NOPERM", StringComparison.Ordinal) || error.StartsWith("ERR unknown command", StringComparison.Ordinal))
        && !Array.Exists(Indispensable, command => error.Contains(command, StringComparison.OrdinalIgnoreCase));

    private int Seen(ReadOnlySpan<byte> bytes)
    {
        Volatile.Write(ref _dueSince, 0);
        HasAnswered |= bytes.Length > 0;
        if (bytes.IsEmpty)
        {
            _ended.TrySetResult();
        }

        if (_isWatched)
        {
            lock (_beginning)
            {
                _beginning.AddRange(bytes[..Math.Min(bytes.Length, MostKept - _beginning.Count)]);
            }
        }

        return bytes.Length;
    }

    /// <summary>Called before each write: the answer to a small one may arrive before the write returns.</summary>
    private void Sent()
    {
        if (Volatile.Read(ref _dueSince) == 0)
        {
            Volatile.Write(ref _dueSince, time.GetTimestamp());
        }
    }

    /// <summary>StackExchange.Redis wants a second connection. It tells nothing about the end of the first one.</summary>
    internal sealed class SpentException() : IOException("The connection has ended; the next one is a new attempt.");

    /// <summary>Hands the stream to a multiplexer, which then opens no socket itself. Once: a second connection needs a new attempt.</summary>
    internal sealed class Handover(ServerStream stream) : Tunnel
    {
        private ServerStream? _stream = stream;

        /// <inheritdoc/>
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => new((EndPoint?)null);

        /// <inheritdoc/>
        public override ValueTask<Stream?> BeforeAuthenticateAsync(
            EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            Interlocked.Exchange(ref _stream, null) is { } once
                ? new(once)
                : ValueTask.FromException<Stream?>(new SpentException());
    }
}
