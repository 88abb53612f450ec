namespace PersistentCacheService.Redis.Protocol;

/// <summary>What a reply may be at most; beyond it the stream counts as garbage.</summary>
/// <param name="MaxBulkLength">Bytes of one string.</param>
/// <param name="MaxElements">Elements of a whole reply, nested ones included.</param>
internal readonly record struct RespLimits(int MaxBulkLength, int MaxElements)
{
    /// <summary>Nesting of arrays; ROLE and SCAN need 3.</summary>
    public const int MaxDepth = 8;

    /// <summary>Bytes of a status, error or number line; Redis' longest error texts quote a script's line.</summary>
    public const int MaxLineLength = 64 * 1024;
}
