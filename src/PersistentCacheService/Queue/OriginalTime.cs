using System.Globalization;
using Amazon.SQS.Model;

namespace PersistentCacheService.Queue;

/// <summary>
/// When a message was sent at first. One that <c>dlq replay</c> sends again gets a new SentTimestamp; if its payload has no time of its own, an old message
/// would become new. So the replay adds this attribute, and only an earlier time than the queue's counts.
/// </summary>
internal static class OriginalTime
{
    /// <summary>Name of the attribute; a Number, Unix ms.</summary>
    public const string AttributeName = "PersistentCacheSentTimestamp";

    /// <summary>Unix ms of the first sending; 0 when nothing tells.</summary>
    /// <param name="message">A received message.</param>
    /// <param name="sentTimestamp">What the queue says; 0 when it says nothing.</param>
    public static long Of(Message message, long sentTimestamp) =>
        message.MessageAttributes is { Count: > 0 } attributes && attributes.TryGetValue(AttributeName, out var attribute)
        && long.TryParse(attribute.StringValue, NumberStyles.None, CultureInfo.InvariantCulture, out var original)
        && original > 0 && (sentTimestamp == 0 || original < sentTimestamp)
            ? original
            : sentTimestamp;

    /// <summary>The attribute.</summary>
    public static MessageAttributeValue Value(long sentTimestamp) =>
        new() { DataType = "Number", StringValue = sentTimestamp.ToString(CultureInfo.InvariantCulture) };
}
