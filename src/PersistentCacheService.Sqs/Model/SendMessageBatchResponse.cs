using Amazon.Runtime;

namespace Amazon.SQS.Model;

/// <summary>What became of each entry. An HTTP 200 says nothing about them: an entry that is not in <see cref="Successful"/> was not done.</summary>
public sealed class SendMessageBatchResponse : AmazonWebServiceResponse
{
    /// <summary>Entries that were done; null when there are none.</summary>
    public List<SendMessageBatchResultEntry>? Successful { get; set; }

    /// <summary>Entries that were not; null when there are none.</summary>
    public List<BatchResultErrorEntry>? Failed { get; set; }
}
