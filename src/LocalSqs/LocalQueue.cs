using System.Diagnostics.CodeAnalysis;
using System.Text;
using LocalSqs.Generation;
using LocalSqs.Queues;

namespace LocalSqs;

/// <summary>A queue of a <see cref="LocalSqsServer"/>, from the inside: no HTTP, no faults, no receive counts burnt.</summary>
/// <remarks>It stands for the name: after the queue was deleted and created again, it is the new one.</remarks>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is a queue.")]
public sealed class LocalQueue
{
    private readonly QueueRegistry _registry;

    internal LocalQueue(QueueRegistry registry, string name, string url)
    {
        _registry = registry;
        Name = name;
        Url = url;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What a client gives as QueueUrl.</summary>
    public string Url { get; }

    /// <summary>How many messages are in it now.</summary>
    public QueueCounts Counts => Queue.Inspect(static (store, _) => new QueueCounts(store.ReadyCount, store.InFlightCount));

    /// <summary>What happened to it so far.</summary>
    public QueueFigures Figures => Queue.Inspect(static (_, statistics) => statistics.Figures);

    private SqsQueue Queue => _registry.Find(Name) ?? throw new InvalidOperationException($"The queue {Name} does not exist.");

    private SqsQueue StandardQueue =>
        Queue is { Settings.FifoQueue: false } queue ? queue : throw new InvalidOperationException($"Messages of the FIFO queue {Name} need a group.");

    /// <summary>Puts messages into a standard queue.</summary>
    public void Enqueue(params IEnumerable<string> bodies)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        Send(StandardQueue, bodies.Select(static body => Draft(body)));
    }

    /// <summary>Puts a message with a String attribute into a standard queue.</summary>
    public void EnqueueWithAttribute(string body, string attributeName, string attributeValue) =>
        Send(StandardQueue, [Draft(body, new MessageExtras { Attributes = [new(attributeName, "String", attributeValue)] })]);

    /// <summary>Puts a message into a FIFO queue.</summary>
    /// <param name="body">The text.</param>
    /// <param name="groupId">Its message group.</param>
    /// <param name="deduplicationId">Its deduplication id; null makes a new one.</param>
    public void EnqueueInGroup(string body, string groupId, string? deduplicationId = null) =>
        Send(Queue, [Draft(body, new MessageExtras { GroupId = groupId, DeduplicationId = deduplicationId ?? Guid.NewGuid().ToString() })]);

    /// <summary>Puts generated messages in; they take little memory. Standard queues only.</summary>
    /// <returns>How many.</returns>
    public int Fill(GeneratorOptions options)
    {
        // All are made before the first is stored: a consumer finds a full queue instead of racing with the generator for a core.
        var drafts = MessageGenerator.Bodies(options).Select(static body => new MessageDraft(body)).ToArray();
        Send(StandardQueue, drafts);
        return drafts.Length;
    }

    /// <summary>The messages still in the queue, up to <paramref name="maximum"/>: the ready ones in their order, then those in flight.</summary>
    public IReadOnlyList<QueuedMessage> Peek(int maximum = int.MaxValue) =>
        Queue.Inspect((store, _) => (IReadOnlyList<QueuedMessage>)[.. store.Snapshot().Take(maximum).Select(QueuedMessage.Of)]);

    /// <summary>Throws all messages away.</summary>
    public void Purge() => Queue.Purge();

    /// <summary>Sets <see cref="Figures"/> to zero.</summary>
    public void ResetFigures() => Queue.Inspect(static (_, statistics) =>
    {
        statistics.Reset();
        return true;
    });

    private static MessageDraft Draft(string body, MessageExtras? extras = null) => new(MessageBody.Of(Encoding.UTF8.GetBytes(body)), extras);

    private static void Send(SqsQueue queue, IEnumerable<MessageDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            queue.Send(draft, filled: true);
        }

        queue.WakeReceives();
    }
}
