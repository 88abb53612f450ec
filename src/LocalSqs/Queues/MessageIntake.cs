namespace LocalSqs.Queues;

/// <summary>How messages come into a queue: ids, numbers, deduplication, duplicates on purpose. Not thread-safe: the queue calls it under its lock.</summary>
internal sealed class MessageIntake
{
    private readonly MessageStore _store;
    private readonly QueueStatistics _statistics;
    private readonly Random _random;
    private readonly double _duplicateShare;
    private readonly DeduplicationWindow _deduplication = new();
    private long _lastSequenceNumber;

    /// <param name="store">Where messages go.</param>
    /// <param name="statistics">Where duplicates are counted.</param>
    /// <param name="random">Source of ids and of the choice of duplicates.</param>
    /// <param name="duplicateShare">Share of messages that come twice, 0..1; always 0 for a FIFO queue.</param>
    public MessageIntake(MessageStore store, QueueStatistics statistics, Random random, double duplicateShare)
    {
        _store = store;
        _statistics = statistics;
        _random = random;
        _duplicateShare = duplicateShare;
    }

    /// <summary>Stores a message; one that a FIFO queue has had within its deduplication window is answered as before and not stored.</summary>
    public SentMessage Send(in MessageDraft draft, QueueSettings settings, Instant now)
    {
        var extras = draft.Extras;
        if (settings.FifoQueue)
        {
            if (_deduplication.Find(extras!.DeduplicationId!, now) is { } earlier)
            {
                return earlier;
            }

            extras = extras with { SequenceNumber = ++_lastSequenceNumber };
        }

        var message = new Message { Id = NewId(), Body = draft.Body, SentAt = now.UnixMs, Extras = extras };
        var sent = new SentMessage(message.Id, extras?.SequenceNumber ?? 0);
        if (settings.FifoQueue)
        {
            _deduplication.Remember(extras!.DeduplicationId!, sent, now);
        }

        _store.Add(message);
        if (_duplicateShare > 0 && _random.NextDouble() < _duplicateShare)
        {
            _store.Add(message.Duplicate());
            _statistics.CountDuplicate();
        }

        return sent;
    }

    /// <summary>Takes in what another queue gave up on.</summary>
    /// <remarks>The receive count continues, as on AWS; a FIFO queue gives a new number and send time.</remarks>
    public void Accept(Message letter, string source, QueueSettings settings, Instant now)
    {
        var extras = (letter.Extras ?? new MessageExtras()) with
        {
            DeadLetterSourceArn = source,
            SequenceNumber = settings.FifoQueue ? ++_lastSequenceNumber : 0,
        };
        var message = new Message
        {
            Id = letter.Id,
            Body = letter.Body,
            SentAt = settings.FifoQueue ? now.UnixMs : letter.SentAt,
            Extras = extras,
            ReceiveCount = letter.ReceiveCount,
        };
        _store.Add(message);
    }

    /// <summary>Takes in what a move task brings: id, send time and receive count start again, as on AWS.</summary>
    public void AcceptMoved(Message moved, QueueSettings settings, Instant now)
    {
        var extras = moved.Extras is { } old
            ? old with { DeadLetterSourceArn = null, SequenceNumber = settings.FifoQueue ? ++_lastSequenceNumber : 0 }
            : null;
        _store.Add(new Message { Id = NewId(), Body = moved.Body, SentAt = now.UnixMs, Extras = extras });
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40); // version 4
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // variant 1
        return new Guid(bytes, bigEndian: true);
    }
}
