using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Messages;

/// <summary>The time of messages whose payload carries none.</summary>
internal static class MessageTime
{
    /// <summary>The queue's SentTimestamp in Unix ms.</summary>
    /// <exception cref="MalformedMessageException">The queue told none: any other time would let an old message win.</exception>
    public static long Fallback(long sentTimestamp) =>
        sentTimestamp is > 0 and <= JsonDate.MaxMilliseconds ? sentTimestamp : throw new MalformedMessageException("no time in the payload, and no SentTimestamp");
}
