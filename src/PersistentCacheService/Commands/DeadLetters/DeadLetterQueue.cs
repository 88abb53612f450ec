using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>A dead-letter queue, with hard deadlines on every call. Closes its client.</summary>
/// <param name="client">SQS.</param>
/// <param name="url">Its URL.</param>
/// <param name="main">The queue that gives messages up to it; null: not known, then each message tells.</param>
/// <param name="time">Clock.</param>
internal sealed class DeadLetterQueue(IAmazonSQS client, Uri url, Uri? main, TimeProvider time) : IDisposable
{
    /// <summary>Entries of a batch call, a limit of SQS.</summary>
    public const int BatchSize = EntryBatcher<int>.BatchSize;

    // Long enough for SQS to ask all of its servers, so that an empty answer means something.
    private const int WaitSeconds = 1;

    /// <summary>Its name.</summary>
    public string Name => DeadLetterAddress.NameOf(url);

    /// <summary>The name of the queue that gives messages up to it; null: not known.</summary>
    public string? MainName => main is null ? null : DeadLetterAddress.NameOf(main);

    /// <summary>FIFO queues are known by their name.</summary>
    public bool IsFifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>Clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The calls about move tasks.</summary>
    public IAmazonSQS Client => client;

    /// <summary>What the queue says about itself.</summary>
    public async Task<DeadLetterState> StateAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest
        {
            QueueUrl = url.AbsoluteUri,
            AttributeNames = ["QueueArn", "RedrivePolicy", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"],
        };
        var attributes = (await CallAsync(client.GetQueueAttributesAsync, request, cancellationToken)).Attributes ?? [];
        return new DeadLetterState(
            attributes.GetValueOrDefault("QueueArn"),
            Number("ApproximateNumberOfMessages") + Number("ApproximateNumberOfMessagesDelayed"),
            Number("ApproximateNumberOfMessagesNotVisible"),
            DeadLetterAddress.TargetArn(attributes.GetValueOrDefault("RedrivePolicy")) is not null);

        long Number(string name) => long.TryParse(attributes.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>Receives up to ten messages, with all that belongs to them.</summary>
    /// <param name="hold">How long they stay hidden.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<DeadLetter>> ReceiveAsync(TimeSpan hold, CancellationToken cancellationToken)
    {
        var request = new ReceiveMessageRequest
        {
            QueueUrl = url.AbsoluteUri,
            MaxNumberOfMessages = BatchSize,
            WaitTimeSeconds = WaitSeconds,
            VisibilityTimeout = (int)hold.TotalSeconds,
            MessageSystemAttributeNames = ["All"],
            MessageAttributeNames = ["All"],
        };
        var response = await CallAsync(client.ReceiveMessageAsync, request, cancellationToken);
        var receivedAt = time.GetTimestamp();
        return response.Messages is { } messages ? messages.ConvertAll(message => new DeadLetter(message, receivedAt)) : [];
    }

    /// <summary>Deletes messages.</summary>
    /// <returns>Those that are deleted.</returns>
    public async Task<IReadOnlyList<DeadLetter>> DeleteAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        var request = new DeleteMessageBatchRequest
        {
            QueueUrl = url.AbsoluteUri,
            Entries = [.. letters.Select(static (letter, i) => new DeleteMessageBatchRequestEntry { Id = EntryId(i), ReceiptHandle = letter.Message.ReceiptHandle })],
        };
        var response = await CallAsync(client.DeleteMessageBatchAsync, request, cancellationToken);
        return Chosen(letters, response.Successful?.Select(static entry => entry.Id));
    }

    /// <summary>Makes messages visible again, by their receipt handles.</summary>
    public Task GiveBackAsync(IReadOnlyList<string> receiptHandles, CancellationToken cancellationToken)
    {
        var request = new ChangeMessageVisibilityBatchRequest
        {
            QueueUrl = url.AbsoluteUri,
            Entries =
            [
                .. receiptHandles.Select(static (handle, i) => new ChangeMessageVisibilityBatchRequestEntry { Id = EntryId(i), ReceiptHandle = handle, VisibilityTimeout = 0 }),
            ],
        };
        return CallAsync(client.ChangeMessageVisibilityBatchAsync, request, cancellationToken);
    }

    /// <summary>Where a message belongs; null: unknown, or it belongs to another queue than the main one.</summary>
    public Uri? DestinationOf(DeadLetter letter) => letter.SourceName switch
    {
        null => main,
        var source when main is null => DeadLetterAddress.Beside(url, source),
        var source => source == MainName ? main : null,
    };

    /// <summary>Sends one message; its id there.</summary>
    public async Task<string?> SendAsync(SendMessageRequest request, CancellationToken cancellationToken) =>
        (await CallAsync(client.SendMessageAsync, request, cancellationToken)).MessageId;

    /// <summary>Sends up to ten messages to a standard queue.</summary>
    /// <returns>The ids there, by the ids of the entries that were taken; and why the first of the others was not.</returns>
    public async Task<(IReadOnlyDictionary<string, string> Sent, string? Cause)> SendAsync(SendMessageBatchRequest request, CancellationToken cancellationToken)
    {
        var response = await CallAsync(client.SendMessageBatchAsync, request, cancellationToken);
        var sent = (response.Successful ?? []).ToDictionary(static entry => entry.Id, static entry => entry.MessageId ?? "", StringComparer.Ordinal);
        return (sent, response.Failed is [{ } first, ..] ? $"{first.Code}: {first.Message}" : null);
    }

    /// <summary>Makes a call with its deadline.</summary>
    public Task<TResponse> CallAsync<TRequest, TResponse>(Func<TRequest, CancellationToken, Task<TResponse>> call, TRequest request, CancellationToken cancellationToken) =>
        SqsDeadline.CallAsync(call, request, SqsDeadline.BeyondTheWait + TimeSpan.FromSeconds(WaitSeconds), time, cancellationToken);

    /// <summary>Id of an entry in a batch, by its position.</summary>
    public static string EntryId(int position) => position.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static IReadOnlyList<DeadLetter> Chosen(IReadOnlyList<DeadLetter> letters, IEnumerable<string>? ids) =>
        [.. (ids ?? []).Select(static id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : -1).Where(i => i >= 0 && i < letters.Count).Select(i => letters[i])];
}

/// <summary>What a dead-letter queue says about itself.</summary>
/// <param name="Arn">Its ARN; null: not told.</param>
/// <param name="Visible">Messages that can be received now or later, about.</param>
/// <param name="Hidden">Messages in flight, approximately.</param>
/// <param name="MovesOn">It has a redrive policy of its own: receives count.</param>
internal sealed record DeadLetterState(string? Arn, long Visible, long Hidden, bool MovesOn)
{
    /// <summary>All, about.</summary>
    public long Total => Visible + Hidden;
}
