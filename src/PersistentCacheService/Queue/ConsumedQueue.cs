using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Queue;

/// <summary>A message to return to the queue.</summary>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="Delay">How long it stays hidden from now on; whole seconds count.</param>
internal readonly record struct MessageReturn(ReceivedMessage Message, ReturnReason Reason, TimeSpan Delay);

/// <summary>The queue as the worker uses it: the four calls with hard deadlines, counted, their results reported to <see cref="QueueHealth"/>.</summary>
/// <param name="client">SQS.</param>
/// <param name="settings">Which queue, and how it is received from.</param>
/// <param name="intake">What is received beside the body.</param>
/// <param name="health">Learns how each call ended.</param>
/// <param name="metrics">Counts calls.</param>
/// <param name="tracer">Tells of calls in the traces of their messages.</param>
/// <param name="time">Clock.</param>
internal sealed class ConsumedQueue(
    IAmazonSQS client, QueueSettings settings, Intake intake, QueueHealth health, ServiceMetrics metrics, QueueTracer tracer, TimeProvider time)
{
    // Positions and not message ids: ids must be distinct within a batch, and a message can be delivered twice in one.
    private static readonly string[] EntryIds = [.. Enumerable.Range(0, EntryBatcher<int>.BatchSize).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private readonly string _url = settings.Url.AbsoluteUri;

    private long _received;

    /// <summary>Messages received since the start.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Receives up to a batch, waiting for a first message.</summary>
    /// <returns>The messages in the order of their receipt; each is to be settled.</returns>
    /// <exception cref="Exception">The call failed; health and metrics know already.</exception>
    public async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var began = health.Begin();
        try
        {
            var response = await SqsDeadline.CallAsync(client.ReceiveMessageAsync, NewReceive(), SqsDeadline.BeyondTheWait + settings.WaitTime, time, cancellationToken);
            health.Succeeded("ReceiveMessage", began);
            var count = response.Messages?.Count ?? 0;
            Interlocked.Add(ref _received, count);
            metrics.ReceiveSucceeded(count);
            return count == 0 ? [] : intake.Take(response.Messages!, began);
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
            entries.Add(new DeleteMessageBatchRequestEntry { Id = EntryIds[entries.Count], ReceiptHandle = message.ReceiptHandle });
        }

        metrics.DeleteSent(entries.Count);
        var began = health.Begin();
        try
        {
            var request = new DeleteMessageBatchRequest { QueueUrl = _url, Entries = entries };
            var response = await SqsDeadline.CallAsync(client.DeleteMessageBatchAsync, request, SqsDeadline.BeyondTheWait, time, cancellationToken);
            health.Succeeded("DeleteMessageBatch", began);
            var results = Results(messages.Count, response.Successful?.ConvertAll(static entry => entry.Id), response.Failed);
            tracer.Settled(MessageOperation.Delete, messages, began, i => results[i]?.Code);
            return results;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            health.Failed("DeleteMessageBatch", exception);
            tracer.Settled(MessageOperation.Delete, messages, began, _ => exception.GetSqsErrorKind().ToString());
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
        var request = new ChangeMessageVisibilityBatchRequest { QueueUrl = _url, Entries = entries };
        var began = time.GetTimestamp();
        try
        {
            var response = await SqsDeadline.CallAsync(client.ChangeMessageVisibilityBatchAsync, request, SqsDeadline.BeyondTheWait, time, cancellationToken);
            var results = Results(returns.Count, response.Successful?.ConvertAll(static entry => entry.Id), response.Failed);
            tracer.Settled(MessageOperation.Return, Messages(returns), began, i => results[i]?.Code);
            return results;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            tracer.Settled(MessageOperation.Return, Messages(returns), began, _ => exception.GetSqsErrorKind().ToString());
            throw;
        }
    }

    /// <summary>Reads attributes of the queue.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GetAttributesAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest { QueueUrl = _url, AttributeNames = ["VisibilityTimeout", "RedrivePolicy"] };
        var began = health.Begin();
        var response = await SqsDeadline.CallAsync(client.GetQueueAttributesAsync, request, SqsDeadline.BeyondTheWait, time, cancellationToken);
        health.Succeeded("GetQueueAttributes", began);
        return response.Attributes ?? [];
    }

    /// <summary>A request for each call: the SDK writes into it, without a lock, what it tells of itself in the user agent.</summary>
    private Utf8ReceiveRequest NewReceive() => new()
    {
        QueueUrl = _url,
        MaxNumberOfMessages = settings.BatchSize,
        WaitTimeSeconds = (int)settings.WaitTime.TotalSeconds,
        VisibilityTimeout = settings.VisibilityTimeout is { } visibility ? (int)visibility.TotalSeconds : null,
        MessageSystemAttributeNames = intake.SystemAttributeNames,
        MessageAttributeNames = intake.AttributeNames,
    };

    private static List<ReceivedMessage> Messages(List<MessageReturn> returns) => returns.ConvertAll(static entry => entry.Message);

    private static BatchResultErrorEntry?[] Results(int count, List<string>? successful, List<BatchResultErrorEntry>? failed)
    {
        // An entry in neither list was not done: SQS promises an answer for every entry, a proxy on the way promises nothing.
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
