using System.Globalization;
using Amazon.Runtime;

namespace Amazon.SQS.Model;

/// <summary>Attributes of a queue.</summary>
public sealed class GetQueueAttributesResponse : AmazonWebServiceResponse
{
    /// <summary>The attributes asked for, by name; null when there are none.</summary>
    public Dictionary<string, string>? Attributes { get; set; }

    /// <summary>ARN of the queue; null when not asked for.</summary>
    public string? QueueARN => Attributes?.GetValueOrDefault("QueueArn");

    /// <summary>Seconds for which a received message stays hidden; null when not asked for.</summary>
    public int? VisibilityTimeout => Number("VisibilityTimeout");

    /// <summary>About how many messages can be received; null when not asked for.</summary>
    public int? ApproximateNumberOfMessages => Number("ApproximateNumberOfMessages");

    /// <summary>About how many messages are received and not deleted; null when not asked for.</summary>
    public int? ApproximateNumberOfMessagesNotVisible => Number("ApproximateNumberOfMessagesNotVisible");

    private int? Number(string name) =>
        Attributes is not null && Attributes.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
