using System.Text;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tests.Messages;

/// <summary>Decodes a text and says what must come out.</summary>
internal static class DecodedAs
{
    public const long SentTimestamp = 1777630200000;

    public static CacheOperation Any(string body, string? declaredType = null, long sentTimestamp = SentTimestamp) =>
        MessageDecoder.Decode(Encoding.UTF8.GetBytes(body), new MessageOrigin(sentTimestamp, declaredType));

    public static T Operation<T>(string body, string? declaredType = null)
        where T : CacheOperation
    {
        var operation = Any(body, declaredType);
        return operation as T
            ?? throw new InvalidOperationException($"{operation.GetType().Name} instead of {typeof(T).Name} {(operation as Malformed)?.Reason}");
    }

    public static string MalformedReason(string body) => Operation<Malformed>(body).Reason;
}
