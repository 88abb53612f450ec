namespace EntitlementCache.Redis;

/// <summary>
/// Scripts that try what the worker's own call, on keys that no customer can have (an id is never empty), and name the command that is refused: Redis does
/// not when a script's command is renamed away.
/// </summary>
internal static class RightsProbe
{
    private const string Try =
        """
        local function try(...)
            local reply = redis.pcall(...)
            if type(reply) == 'table' and reply.err then return redis.error_reply(reply.err .. ' (' .. select(1, ...) .. ')') end
        end

        """;

    /// <summary>For the write gate: refused wherever a real write is refused, and writes nothing. Keys as <see cref="AddKeys"/> has them.</summary>
    public static readonly RedisScript Writing = new(
        "write-probe",
        Try + "return try('EXISTS', KEYS[1]) or try('MGET', KEYS[2]) or try('SET', KEYS[2], '', 'XX') or 1");

    /// <summary>For <c>check</c>: what purges need, too. Nothing is left behind. Keys as <see cref="AddKeys"/> has them.</summary>
    public static readonly RedisScript All = new(
        "check",
        Try + "return try('EXISTS', KEYS[1]) or try('MGET', KEYS[2]) or try('SET', KEYS[2], '1', 'EX', '1') or try('DEL', KEYS[2]) or 1");

    /// <summary>For <c>check</c>: the worker's own keys, those of sweeps among them. Its key is the caller's.</summary>
    public static readonly RedisScript Sweeping = new(
        "check-sweep",
        Try + "return try('MGET', KEYS[1]) or try('SET', KEYS[1], '1', 'PX', '1000', 'NX') or try('DEL', KEYS[1]) or 1");

    /// <summary>Adds a lock's and a value's key.</summary>
    public static ScriptCall AddKeys(this ScriptCall call, string prefix) => call.AddKey($"{prefix}-").AddKey($"{prefix}:c_#timestamp");
}
