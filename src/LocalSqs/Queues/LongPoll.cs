namespace LocalSqs.Queues;

/// <summary>A receive that waits for messages. The queue fills <see cref="Received"/> under its lock before it completes the wait.</summary>
internal sealed class LongPoll
{
    // Continuations write answers to sockets: they must not run under the queue's lock.
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LongPoll(ReceiveOptions options, List<ReceivedMessage> received)
    {
        Options = options;
        Received = received;
    }

    public ReceiveOptions Options { get; }

    public List<ReceivedMessage> Received { get; }

    /// <summary>Ends when messages came, the time is over, the client is gone or the queue is.</summary>
    public Task Completion => _completion.Task;

    public void Complete() => _completion.TrySetResult();

    public void Fail(Exception exception) => _completion.TrySetException(exception);
}
