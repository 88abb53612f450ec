using System.Buffers;
using System.Buffers.Text;

namespace PersistentCacheService.Redis.Protocol;

/// <summary>
/// Resumable RESP2 parser. It consumes whatever is complete, keeps half-built arrays and strings itself, and leaves at most one unfinished
/// line in the input: memory grows with the bytes that arrived, never with the lengths they announce.
/// </summary>
internal struct RespReader(RespLimits limits)
{
    /// <summary>First allocation for a string or array of announced length: a lie about the length costs no more than this.</summary>
    private const int FirstBulkAllocation = 64 * 1024;
    private const int FirstArrayAllocation = 64;

    private static readonly byte[] Ok = "OK"u8.ToArray();
    private static readonly byte[] Pong = "PONG"u8.ToArray();

    private readonly RespLimits _limits = limits;
    private OpenArray[]? _arrays;
    private int _depth;
    private int _elements;
    private byte[]? _bulk;
    private int _bulkLength;
    private int _bulkFilled;

    /// <summary>Takes the next whole reply from <paramref name="input"/>, or consumes what it can and returns false.</summary>
    /// <exception cref="RespProtocolException">The stream is not RESP2; the reader must not be used again.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out RedisReply reply)
    {
        reply = default;
        while (true)
        {
            RedisReply value;
            if (_bulk is not null)
            {
                if (!TryFillBulk(ref input, out value))
                {
                    return false;
                }
            }
            else if (!TryReadElement(ref input, out value, out var whole))
            {
                return false;
            }
            else if (!whole)
            {
                continue;
            }

            if (TryFinish(value, out reply))
            {
                return true;
            }
        }
    }

    /// <summary>Puts a finished element into the arrays that wait for it; true when that finished the whole reply.</summary>
    private bool TryFinish(RedisReply value, out RedisReply reply)
    {
        while (_depth > 0)
        {
            ref var array = ref _arrays![_depth - 1];
            if (!array.Add(value))
            {
                reply = default;
                return false;
            }

            value = RedisReply.FromArray(array.Take());
            _depth--;
        }

        _elements = 0;
        reply = value;
        return true;
    }

    /// <summary>Reads one line. <paramref name="whole"/> is false when it only opened an array or a string.</summary>
    private bool TryReadElement(ref ReadOnlySequence<byte> input, out RedisReply value, out bool whole)
    {
        value = default;
        whole = true;
        if (!TryPeek(input, out var type))
        {
            return false;
        }

        if (type is not ((byte)'+' or (byte)'-' or (byte)':' or (byte)'$' or (byte)'*'))
        {
            throw new RespProtocolException($"Byte 0x{type:x2} cannot begin a reply.");
        }

        if (!TryReadLine(ref input, out var line))
        {
            return false;
        }

        if (++_elements > _limits.MaxElements)
        {
            throw new RespProtocolException($"A reply has more than {_limits.MaxElements} elements.");
        }

        switch (type)
        {
            case (byte)'+':
                value = RedisReply.FromSimpleString(CopyStatus(line));
                return true;
            case (byte)'-':
                value = RedisReply.FromError(line.ToArray());
                return true;
            case (byte)':':
                value = RedisReply.FromInteger(ParseInteger(line));
                return true;
            case (byte)'$':
                whole = !OpenBulk(ParseLength(line, _limits.MaxBulkLength));
                return true;
            default:
                whole = !OpenArrayOf(ParseLength(line, _limits.MaxElements), ref value);
                return true;
        }
    }

    /// <summary>The first segment may be empty although the sequence is not.</summary>
    private static bool TryPeek(in ReadOnlySequence<byte> input, out byte first)
    {
        var span = input.FirstSpan;
        if (!span.IsEmpty)
        {
            first = span[0];
            return true;
        }

        return new SequenceReader<byte>(input).TryPeek(out first);
    }

    /// <summary>Takes a line without its type byte and its CR LF. A line in one segment is not copied.</summary>
    private static bool TryReadLine(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> line)
    {
        line = default;
        var first = input.FirstSpan;
        var end = first.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0 && end + 1 < first.Length)
        {
            if (first[end] != (byte)'\r' || first[end + 1] != (byte)'\n' || end > RespLimits.MaxLineLength)
            {
                throw BadLine();
            }

            line = first[1..end];
            input = input.Slice(end + 2);
            return true;
        }

        return TryReadSplitLine(ref input, out line);
    }

    private static bool TryReadSplitLine(ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> line)
    {
        line = default;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadToAny(out ReadOnlySequence<byte> text, "\r\n"u8, advancePastDelimiter: false))
        {
            return input.Length > RespLimits.MaxLineLength ? throw BadLine() : false;
        }

        reader.TryRead(out var cr);
        if (cr != (byte)'\r' || text.Length > RespLimits.MaxLineLength)
        {
            throw BadLine();
        }

        if (!reader.TryRead(out var lf))
        {
            return false;
        }

        if (lf != (byte)'\n')
        {
            throw BadLine();
        }

        line = text.Slice(1).ToArray();
        input = input.Slice(reader.Position);
        return true;
    }

    /// <summary>False for the null string.</summary>
    private bool OpenBulk(int length)
    {
        if (length < 0)
        {
            return false;
        }

        _bulkLength = length;
        _bulkFilled = 0;
        _bulk = length == 0 ? [] : new byte[Math.Min(length, FirstBulkAllocation)];
        return true;
    }

    /// <summary>False for the null array and the empty one, which are whole at once.</summary>
    private bool OpenArrayOf(int length, ref RedisReply value)
    {
        if (length <= 0)
        {
            value = length == 0 ? RedisReply.FromArray([]) : RedisReply.Null;
            return false;
        }

        if (_depth == RespLimits.MaxDepth)
        {
            throw new RespProtocolException($"Arrays are nested deeper than {RespLimits.MaxDepth}.");
        }

        _arrays ??= new OpenArray[RespLimits.MaxDepth];
        _arrays[_depth++] = new OpenArray(length, Math.Min(length, FirstArrayAllocation));
        return true;
    }

    private bool TryFillBulk(ref ReadOnlySequence<byte> input, out RedisReply value)
    {
        value = default;
        var missing = _bulkLength - _bulkFilled;
        if (missing > 0)
        {
            var available = (int)Math.Min(missing, input.Length);
            if (_bulk!.Length < _bulkFilled + available)
            {
                Array.Resize(ref _bulk, (int)Math.Min(_bulkLength, Math.Max(_bulk.Length * 2L, _bulkFilled + available)));
            }

            input.Slice(0, available).CopyTo(_bulk.AsSpan(_bulkFilled));
            input = input.Slice(available);
            _bulkFilled += available;
        }

        if (_bulkFilled < _bulkLength || input.Length < 2)
        {
            return false;
        }

        Span<byte> end = stackalloc byte[2];
        input.Slice(0, 2).CopyTo(end);
        if (!end.SequenceEqual("\r\n"u8))
        {
            throw new RespProtocolException("A string is longer than announced.");
        }

        input = input.Slice(2);
        value = RedisReply.FromBulkString(_bulk!);
        _bulk = null;
        return true;
    }

    private static byte[] CopyStatus(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("OK"u8) ? Ok : line.SequenceEqual("PONG"u8) ? Pong : line.ToArray();

    private static long ParseInteger(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out long value, out var used) && used == line.Length ? value : throw new RespProtocolException("A number is malformed.");

    /// <summary>-1 for null; every other length is plain digits within the limit.</summary>
    private static int ParseLength(ReadOnlySpan<byte> line, int limit)
    {
        if (line.SequenceEqual("-1"u8))
        {
            return -1;
        }

        if (line.IsEmpty || !char.IsAsciiDigit((char)line[0]) || !Utf8Parser.TryParse(line, out int value, out var used) || used != line.Length)
        {
            throw new RespProtocolException("A length is malformed.");
        }

        return value <= limit ? value : throw new RespProtocolException($"A length of {value} exceeds the limit of {limit}.");
    }

    private static RespProtocolException BadLine() => new("A line does not end with CR LF or is too long.");

    /// <summary>An array that still misses elements.</summary>
    private struct OpenArray(int length, int capacity)
    {
        private RedisReply[] _items = new RedisReply[capacity];
        private int _count;

        /// <summary>Adds an element; true when it was the last.</summary>
        public bool Add(RedisReply item)
        {
            if (_count == _items.Length)
            {
                Array.Resize(ref _items, (int)Math.Min(length, _items.Length * 2L));
            }

            _items[_count++] = item;
            return _count == length;
        }

        public RedisReply[] Take()
        {
            var items = _items;
            _items = [];
            return items;
        }
    }
}
