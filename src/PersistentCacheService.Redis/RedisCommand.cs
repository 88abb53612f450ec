using System.Buffers;
using System.Buffers.Text;
using System.Text;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis;

/// <summary>
/// A command: one contiguous RESP frame in a pooled buffer. Build it, execute it, dispose it. <see cref="RedisClient.ExecuteAsync"/> keeps the
/// buffer as long as it needs it, so the creator may dispose at any time after the call, or execute the same command again later (a retry).
/// Not safe for several threads while it is being built; it cannot be changed after its first execution.
/// </summary>
public sealed class RedisCommand : IDisposable, IBufferWriter<byte>
{
    /// <summary>Room before the first argument for everything that is known last: <c>*n</c>, <c>EVALSHA sha</c>, number of keys. 13 + 60 + 17 bytes at most.</summary>
    private const int Headroom = 96;

    private const int InitialCapacity = 512;

    /// <summary>Guess of a streamed value's bulk header, <c>$nnnn\r\n</c>: values of 1000..9999 bytes need no move when they are closed.</summary>
    private const int GuessedBulkHeader = 7;

    /// <summary>Redis' own limit of a string (proto-max-bulk-len) is 512 MB; a frame of this service is kilobytes.</summary>
    private const int MaxLength = 256 << 20;

    /// <summary>
    /// A pool of its own: frames are rented by callers and returned by the reader, on other threads, by the thousand; the shared pool keeps
    /// too few per core for that. 1 MiB is far above a usual frame; larger ones are simply allocated.
    /// </summary>
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(maxArrayLength: 1 << 20, maxArraysPerBucket: 1024);

    private readonly RedisScript? _script;
    private byte[] _buffer;
    private int _start;
    private int _end = Headroom;
    private int _arguments;
    private int _keys;
    private int _valueStart = -1;
    private int _references = 1;
    private int _disposed;

    private RedisCommand(RedisScript? script)
    {
        _script = script;
        _buffer = Buffers.Rent(InitialCapacity);
    }

    /// <summary>Name for exceptions: the command's first word or the script's name.</summary>
    internal string Name => _script?.Name ?? ReadName();

    /// <summary>The script to send whole when the server does not know its SHA1; null for plain commands.</summary>
    internal RedisScript? Script => _script;

    /// <summary>The finished frame. Valid while a reference is held.</summary>
    internal ReadOnlySpan<byte> Frame => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Length of <see cref="Frame"/> in bytes.</summary>
    internal int Length => _end - _start;

    /// <summary>Begins a command with its first word, e.g. <c>"MGET"u8</c>.</summary>
    public static RedisCommand Create(ReadOnlySpan<byte> name) => new RedisCommand(script: null).Add(name);

    /// <summary>Begins the call of a script; then come <see cref="AddKey(ReadOnlySpan{byte})"/> for every key and after them the arguments.</summary>
    public static RedisCommand ForScript(RedisScript script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return new RedisCommand(script);
    }

    /// <summary>Adds a key. In a script's call all keys come before the first argument.</summary>
    public RedisCommand AddKey(ReadOnlySpan<byte> key)
    {
        if (_script is not null && _keys != _arguments)
        {
            throw new InvalidOperationException("All keys of a script come before its first argument.");
        }

        Add(key);
        _keys++;
        return this;
    }

    /// <inheritdoc cref="AddKey(ReadOnlySpan{byte})"/>
    public RedisCommand AddKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_script is not null && _keys != _arguments)
        {
            throw new InvalidOperationException("All keys of a script come before its first argument.");
        }

        Add(key);
        _keys++;
        return this;
    }

    /// <summary>Adds an argument as it is.</summary>
    public RedisCommand Add(ReadOnlySpan<byte> value)
    {
        ThrowIfNotBuilding();
        var room = Reserve(RespWriter.BulkLength(value.Length));
        _end += RespWriter.WriteBulk(room, value);
        _arguments++;
        return this;
    }

    /// <summary>Adds an argument in UTF-8.</summary>
    public RedisCommand Add(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfNotBuilding();
        var length = Encoding.UTF8.GetByteCount(value);
        var room = Reserve(RespWriter.BulkLength(length));
        var header = RespWriter.WriteHeader(room, (byte)'$', length);
        Encoding.UTF8.GetBytes(value, room[header..]);
        "\r\n"u8.CopyTo(room[(header + length)..]);
        _end += header + length + 2;
        _arguments++;
        return this;
    }

    /// <summary>Adds a number in decimal.</summary>
    public RedisCommand Add(long value)
    {
        Span<byte> digits = stackalloc byte[RespWriter.MaxIntegerLength];
        Utf8Formatter.TryFormat(value, digits, out var written);
        return Add(digits[..written]);
    }

    /// <summary>Begins an argument whose length is not known yet: write it to the returned writer, then call <see cref="EndValue"/>.</summary>
    public IBufferWriter<byte> BeginValue()
    {
        ThrowIfNotBuilding();
        Reserve(GuessedBulkHeader);
        _end += GuessedBulkHeader;
        _valueStart = _end;
        return this;
    }

    /// <summary>Ends the argument begun by <see cref="BeginValue"/>.</summary>
    public RedisCommand EndValue()
    {
        if (_valueStart < 0)
        {
            throw new InvalidOperationException("No value was begun.");
        }

        var length = _end - _valueStart;
        var header = RespWriter.HeaderLength(length);
        var headerStart = _valueStart - GuessedBulkHeader;
        var surplus = header - GuessedBulkHeader;
        Reserve(Math.Max(surplus, 0) + 2);
        if (surplus != 0)
        {
            _buffer.AsSpan(_valueStart, length).CopyTo(_buffer.AsSpan(_valueStart + surplus));
            _end += surplus;
        }

        RespWriter.WriteHeader(_buffer.AsSpan(headerStart), (byte)'$', length);
        "\r\n"u8.CopyTo(_buffer.AsSpan(_end));
        _end += 2;
        _valueStart = -1;
        _arguments++;
        return this;
    }

    /// <inheritdoc/>
    void IBufferWriter<byte>.Advance(int count)
    {
        ThrowIfNotStreaming();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    /// <inheritdoc/>
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        ThrowIfNotStreaming();
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc/>
    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        ThrowIfNotStreaming();
        return Reserve(Math.Max(sizeHint, 1));
    }

    /// <summary>Gives the buffer back, at once or when the execution that still needs it is through.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Finishes the frame and keeps the buffer alive until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The command was disposed.</exception>
    internal void SealAndKeep()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_start == 0)
        {
            ThrowIfNotBuilding();
            WritePrefix();
        }

        Interlocked.Increment(ref _references);
    }

    /// <summary>Ends what <see cref="SealAndKeep"/> began.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Buffers.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>Writes the frame; with <paramref name="wholeScript"/> as EVAL with the script's body instead of its SHA1.</summary>
    internal void WriteTo(IBufferWriter<byte> output, bool wholeScript)
    {
        if (!wholeScript)
        {
            output.Write(Frame);
            return;
        }

        Span<byte> prefix = stackalloc byte[Headroom];
        var count = RespWriter.WriteHeader(prefix, (byte)'*', _arguments + 3);
        output.Write(prefix[..count]);
        output.Write(_script!.ByBody);
        output.Write(prefix[..RespWriter.WriteBulkInteger(prefix, _keys)]);
        output.Write(_buffer.AsSpan(Headroom, _end - Headroom));
    }

    private void WritePrefix()
    {
        Span<byte> prefix = stackalloc byte[Headroom];
        int length;
        if (_script is null)
        {
            length = RespWriter.WriteHeader(prefix, (byte)'*', _arguments);
        }
        else
        {
            length = RespWriter.WriteHeader(prefix, (byte)'*', _arguments + 3);
            _script.BySha.CopyTo(prefix[length..]);
            length += _script.BySha.Length;
            length += RespWriter.WriteBulkInteger(prefix[length..], _keys);
        }

        _start = Headroom - length;
        prefix[..length].CopyTo(_buffer.AsSpan(_start));
    }

    private Span<byte> Reserve(int length)
    {
        if (_buffer.Length - _end < length)
        {
            Grow(length);
        }

        return _buffer.AsSpan(_end);
    }

    private void Grow(int length)
    {
        var needed = (long)_end + length;
        if (needed > MaxLength)
        {
            throw new InvalidOperationException($"A command may have at most {MaxLength} bytes.");
        }

        var larger = Buffers.Rent((int)Math.Min(Math.Max(needed, _buffer.Length * 2L), MaxLength));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        Buffers.Return(_buffer);
        _buffer = larger;
    }

    private void ThrowIfNotBuilding()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_start != 0 || _valueStart >= 0)
        {
            throw new InvalidOperationException(_start != 0 ? "The command was already executed." : "A value was begun and not ended.");
        }
    }

    private void ThrowIfNotStreaming()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_valueStart < 0)
        {
            throw new InvalidOperationException("Bytes are written between BeginValue and EndValue.");
        }
    }

    private string ReadName()
    {
        // "$4\r\nMGET\r\n": the name begins after the first line break.
        var first = _buffer.AsSpan(Headroom, _end - Headroom);
        var text = first[(first.IndexOf("\r\n"u8) + 2)..];
        return Encoding.ASCII.GetString(text[..text.IndexOf("\r\n"u8)]);
    }
}
