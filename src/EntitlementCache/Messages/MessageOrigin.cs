using EntitlementCache.Messages.Json;

namespace EntitlementCache.Messages;

/// <summary>What the queue says about a message.</summary>
/// <param name="SentTimestamp">SQS <c>SentTimestamp</c>, Unix ms; 0 when unknown.</param>
/// <param name="DeclaredType">Value of the first of <see cref="AttributeNames"/> whose data type <see cref="IsText"/>, else null. Used only when the body names no type.</param>
internal readonly record struct MessageOrigin(long SentTimestamp, string? DeclaredType)
{
    /// <summary>Message attributes that may name the type, in this order.</summary>
    public static readonly IReadOnlyList<string> AttributeNames = ["type", "eventType", "messageType"];

    /// <summary>Whether an attribute of this data type counts: <c>String</c>, alone or with a label after a dot.</summary>
    public static bool IsText(string? dataType) =>
        dataType is not null && dataType.StartsWith("String", StringComparison.Ordinal) && (dataType.Length == 6 || dataType[6] == '.');

    /// <summary>The time of a payload without one: when it was sent. Never the local clock: a redelivered old message must not become new.</summary>
    /// <exception cref="MalformedMessageException">That is unknown, too.</exception>
    public static long FallbackTime(long sentTimestamp) =>
        sentTimestamp is > 0 and <= JsonDate.MaxMilliseconds ? sentTimestamp : throw new MalformedMessageException("no time in the payload, and no SentTimestamp");
}
