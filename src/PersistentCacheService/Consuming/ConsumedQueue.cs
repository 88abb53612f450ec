using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Observability;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Consuming;

/// <summary>The queue as the worker uses it: the four calls, counted, their results told to <see cref="QueueHealth"/>. Calls have hard deadlines of the client.</summary>
/// <param name="client">SQS.</param>
/// <param name="settings">Which queue, and how it is received from.</param>
/// <param name="health">Learns how each call ended.</param>
/// <param name="metrics">Counts calls.</param>
internal sealed class ConsumedQueue(AmazonSQSClient client, QueueSettings settings, QueueHealth health, ServiceMetrics metrics)
{
    // Positions and not message ids: ids must be distinct within a batch, and a message can be delivered twice in one.
    private static readonly string[] EntryIds = [.. Enumerable.Range(0, EntryBatcher<int>.BatchSize).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private readonly string _url = settings.Url.AbsoluteUri;

    private readonly ReceiveMessageRequest _receive = new()
    {
        QueueUrl = settings.Url.AbsoluteUri,
        MaxNumberOfMessages = settings.BatchSize,
        WaitTimeSeconds = (int)settings.WaitTime.TotalSeconds,
        VisibilityTimeout = settings.VisibilityTimeout is { } visibility ? (int)visibility.TotalSeconds : null,
        MessageSystemAttributeNames = settings.IsFifo ? ["SentTimestamp", "ApproximateReceiveCount", "MessageGroupId"] : ["SentTimestamp", "ApproximateReceiveCount"],
        MessageAttributeNames = ["type", "eventType", "messageType"],
    };

    private long _received;

    /// <summary>Messages received since the start.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Receives up to a batch, waiting for a first message.</summary>
    /// <exception cref="AmazonSQSException">The call failed; health and metrics know already.</exception>
    public async Task<ReceiveMessageResponse> ReceiveAsync(CancellationToken cancellationToken)
    {
        var began = health.Begin();
        try
        {
            var response = await client.ReceiveMessageAsync(_receive, cancellationToken);
            health.Succeeded("ReceiveMessage", began);
            var count = response.Messages?.Count ?? 0;
            Interlocked.Add(ref _received, count);
            metrics.ReceiveSucceeded(count);
            return response;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.ReceiveFailed(exception.GetSqsErrorKind());
            health.Failed("ReceiveMessage", exception);
            throw;
        }
    }

    /// <summary>Deletes messages.</summary>
    /// <param name="messages">1..10.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>For each message, in order, null when it was deleted, else why not.</returns>
    public async Task<BatchResultErrorEntry?[]> DeleteAsync(List<ReceivedMessage> messages, CancellationToken cancellationToken)
    {
        var entries = new List<DeleteMessageBatchRequestEntry>(messages.Count);
        foreach (var message in messages)
        {
            entries.Add(new DeleteMessageBatchRequestEntry { Id = EntryIds[entries.Count], ReceiptHandleUtf8 = message.ReceiptHandleUtf8 });
        }

        metrics.DeleteSent(entries.Count);
        var began = health.Begin();
        try
        {
            var response = await client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest { QueueUrl = _url, Entries = entries }, cancellationToken);
            health.Succeeded("DeleteMessageBatch", began);
            return Results(messages.Count, response.Successful?.ConvertAll(static entry => entry.Id), response.Failed);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            health.Failed("DeleteMessageBatch", exception);
            throw;
        }
    }

    /// <summary>Makes received messages visible to others after a delay.</summary>
    /// <param name="returns">1..10.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>For each message, in order, null when it was done, else why not.</returns>
    public async Task<BatchResultErrorEntry?[]> ReturnAsync(List<MessageReturn> returns, CancellationToken cancellationToken)
    {
        var entries = new List<ChangeMessageVisibilityBatchRequestEntry>(returns.Count);
        foreach (var (message, _, delay) in returns)
        {
            entries.Add(new ChangeMessageVisibilityBatchRequestEntry
            {
                Id = EntryIds[entries.Count],
                ReceiptHandle = message.ReceiptHandle,
                VisibilityTimeout = (int)delay.TotalSeconds,
            });
        }

        // Not the queue's health: without this right messages come back later, but they are consumed.
        var response = await client.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest { QueueUrl = _url, Entries = entries }, cancellationToken);
        return Results(returns.Count, response.Successful?.ConvertAll(static entry => entry.Id), response.Failed);
    }

    /// <summary>Reads attributes of the queue.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetAttributesAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest { QueueUrl = _url, AttributeNames = ["VisibilityTimeout", "RedrivePolicy"] };
        var began = health.Begin();
        var response = await client.GetQueueAttributesAsync(request, cancellationToken);
        health.Succeeded("GetQueueAttributes", began);
        return response.Attributes ?? [];
    }

    private static BatchResultErrorEntry?[] Results(int count, List<string?>? successful, List<BatchResultErrorEntry>? failed)
    {
        // Who is in neither list was not done: SQS promises an answer for every entry, a proxy on the way promises nothing.
        var results = new BatchResultErrorEntry?[count];
        Array.Fill(results, new BatchResultErrorEntry { Code = "NoResult", Message = "The reply does not name the entry.", SenderFault = false });
        foreach (var id in successful ?? [])
        {
            if (Position(id, count) is { } position)
            {
                results[position] = null;
            }
        }

        foreach (var entry in failed ?? [])
        {
            if (Position(entry.Id, count) is { } position)
            {
                results[position] = entry;
            }
        }

        return results;
    }

    private static int? Position(string? id, int count) =>
        Array.IndexOf(EntryIds, id) is >= 0 and var position && position < count ? position : null;
}
