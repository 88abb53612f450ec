using Amazon.Runtime;
using PersistentCacheService.Sqs.Transport;

namespace Amazon.SQS.Model;

/// <summary>
/// Received messages. Their bodies lie unescaped in one pooled buffer that this response owns: dispose it when nobody reads
/// <see cref="Message.BodyUtf8"/>, <see cref="Message.Body"/> or <see cref="Message.Attributes"/> any more. Ids and receipt handles stay valid.
/// A response that is never disposed costs the pool an array and nothing else.
/// </summary>
public sealed class ReceiveMessageResponse : AmazonWebServiceResponse, IDisposable
{
    private readonly PooledBytes? _content;

    /// <summary>A response without a pooled buffer.</summary>
    public ReceiveMessageResponse()
    {
    }

    internal ReceiveMessageResponse(PooledBytes content) => _content = content;

    /// <summary>The messages; null when none arrived.</summary>
    public List<Message>? Messages { get; set; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _content?.Dispose();
}
