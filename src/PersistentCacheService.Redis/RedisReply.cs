using System.Text;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis;

#pragma warning disable CA1720 // Integer is RESP's name for it.
#pragma warning disable CA1065 // A reply of another kind is an error of the server's side and must be met as every other one, by RedisException.

/// <summary>A reply, copied out of the connection's buffers: it may be kept.</summary>
public readonly struct RedisReply
{
    private readonly object? _payload;
    private readonly long _integer;

    private RedisReply(RedisReplyKind kind, object? payload, long integer)
    {
        Kind = kind;
        _payload = payload;
        _integer = integer;
    }

    /// <summary>Which of the members below holds something.</summary>
    public RedisReplyKind Kind { get; }

    /// <summary>True for the null string and the null array.</summary>
    public bool IsNull => Kind == RedisReplyKind.Null;

    /// <summary>The number of an <see cref="RedisReplyKind.Integer"/>.</summary>
    /// <exception cref="RedisException">The reply is of another kind.</exception>
    public long Integer => Kind == RedisReplyKind.Integer ? _integer : throw Unexpected(RedisReplyKind.Integer);

    /// <summary>The bytes of a string or an error.</summary>
    /// <exception cref="RedisException">The reply is of another kind.</exception>
    public ReadOnlyMemory<byte> Bytes => _payload as byte[] ?? throw Unexpected(RedisReplyKind.BulkString);

    /// <summary>The elements of an <see cref="RedisReplyKind.Array"/>.</summary>
    /// <exception cref="RedisException">The reply is of another kind.</exception>
    public ReadOnlySpan<RedisReply> Items => _payload as RedisReply[] ?? throw Unexpected(RedisReplyKind.Array);

    /// <summary>What an <see cref="RedisReplyKind.Error"/> inside an array means.</summary>
    public RedisErrorKind ErrorKind => Kind == RedisReplyKind.Error ? ErrorReply.Classify(Bytes.Span) : throw Unexpected(RedisReplyKind.Error);

    /// <summary>The null reply.</summary>
    public static RedisReply Null => default;

    /// <summary>A number.</summary>
    public static RedisReply FromInteger(long value) => new(RedisReplyKind.Integer, payload: null, value);

    /// <summary>A status; the array is taken over.</summary>
    public static RedisReply FromSimpleString(byte[] value) => new(RedisReplyKind.SimpleString, value, 0);

    /// <summary>Bytes; the array is taken over.</summary>
    public static RedisReply FromBulkString(byte[] value) => new(RedisReplyKind.BulkString, value, 0);

    /// <summary>An error; the array is taken over.</summary>
    public static RedisReply FromError(byte[] value) => new(RedisReplyKind.Error, value, 0);

    /// <summary>A list; the array is taken over.</summary>
    public static RedisReply FromArray(RedisReply[] items) => new(RedisReplyKind.Array, items, 0);

    /// <summary>The bytes of a string or an error as text.</summary>
    /// <exception cref="RedisException">The reply is of another kind.</exception>
    public string AsText() => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The kind alone: values do not belong into logs.</summary>
    public override string ToString() => Kind.ToString();

    private RedisException Unexpected(RedisReplyKind wanted) =>
        new(RedisErrorKind.ProtocolViolation, $"The reply is {Kind} where {wanted} was expected.", maybeExecuted: true);
}
