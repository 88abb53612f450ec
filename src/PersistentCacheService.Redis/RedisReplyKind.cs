namespace PersistentCacheService.Redis;

/// <summary>The types of RESP2.</summary>
public enum RedisReplyKind
{
    /// <summary>The null string and the null array.</summary>
    Null,

    /// <summary>A signed 64-bit number.</summary>
#pragma warning disable CA1720 // RESP calls it so.
    Integer,
#pragma warning restore CA1720

    /// <summary>A short status such as <c>OK</c>.</summary>
    SimpleString,

    /// <summary>Bytes.</summary>
    BulkString,

    /// <summary>A list of replies.</summary>
    Array,

    /// <summary>An error inside an array; as a whole reply it is thrown as <see cref="RedisException"/>.</summary>
    Error,
}
