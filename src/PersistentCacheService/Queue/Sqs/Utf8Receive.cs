using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SQS.Model;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>A receive call whose messages are to be <see cref="Utf8Message"/>.</summary>
internal sealed class Utf8ReceiveRequest : ReceiveMessageRequest;

/// <summary>
/// A received message whose body never was a string: <see cref="Message.Body"/> is null. <see cref="Message.Attributes"/> has what has no property here; null: nothing.
/// </summary>
internal sealed class Utf8Message : Message
{
    /// <summary>A rented array that begins with the body, unescaped; null without a body.</summary>
    public byte[]? Rented { get; set; }

    /// <summary>Length of the body in <see cref="Rented"/>, in bytes.</summary>
    public int Length { get; set; }

    /// <summary>SentTimestamp, Unix ms; 0 when the queue did not tell.</summary>
    public long SentTimestamp { get; set; }

    /// <summary>ApproximateReceiveCount; 0 when the queue did not tell.</summary>
    public long ReceiveCount { get; set; }
}

/// <summary>Has the answers of <see cref="Utf8ReceiveRequest"/> read by <see cref="Utf8ReceiveUnmarshaller"/> instead of the SDK's own unmarshaller.</summary>
internal sealed class Utf8ReceiveHandler : PipelineHandler
{
    private static readonly Utf8ReceiveUnmarshaller Unmarshaller = new();

    /// <inheritdoc/>
    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        if (executionContext.RequestContext is RequestContext { OriginalRequest: Utf8ReceiveRequest } context)
        {
            context.Unmarshaller = Unmarshaller;
        }

        return base.InvokeAsync<T>(executionContext);
    }
}
