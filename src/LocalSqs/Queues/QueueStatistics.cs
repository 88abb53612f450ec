namespace LocalSqs.Queues;

/// <summary>Counts what happens to one queue; changed under its lock.</summary>
internal sealed class QueueStatistics
{
    // 16 steps to the doubling of a microsecond, up to 2^44 us (200 days; SQS ends at 12 hours): 6 kB for any number of messages.
    private const int StepsPerDoubling = 16;
    private readonly long[] _held = new long[44 * StepsPerDoubling];
    private QueueFigures _figures = new();

    /// <summary>The figures so far.</summary>
    public QueueFigures Figures => _figures with { HeldP50 = HeldQuantile(0.5), HeldP99 = HeldQuantile(0.99) };

    /// <summary>A message came in.</summary>
    /// <param name="filled">Whether it did outside the SQS protocol.</param>
    public void CountIn(bool filled)
    {
        if (filled)
        {
            _figures.Filled++;
        }
        else
        {
            _figures.Sent++;
        }
    }

    /// <summary>An extra copy was made on purpose.</summary>
    public void CountDuplicate() => _figures.Duplicated++;

    /// <summary>Messages moved to the dead-letter queue.</summary>
    public void CountDeadLetters(int count) => _figures.DeadLetters += count;

    /// <summary>A receive is finished.</summary>
    public void CountReceive(List<ReceivedMessage> received, Instant now)
    {
        _figures.Receives++;
        if (received.Count == 0)
        {
            _figures.EmptyReceives++;
            return;
        }

        _figures.FirstReceive ??= Milliseconds(now.Ticks);
        _figures.Received += received.Count;
        _figures.Redelivered += received.Count(static message => message.ReceiveCount > 1);
    }

    /// <summary>A delete is done.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="receivedTicks">When the message was handed out.</param>
    /// <param name="now">The moment.</param>
    public void CountDelete(DeleteOutcome outcome, long receivedTicks, Instant now)
    {
        if (outcome == DeleteOutcome.Deleted)
        {
            _figures.Deleted++;
            _figures.LastDelete = Milliseconds(now.Ticks);
            var microseconds = Math.Max(1, (now.Ticks - receivedTicks) / TimeSpan.TicksPerMicrosecond);
            _held[Math.Min((int)(Math.Log2(microseconds) * StepsPerDoubling), _held.Length - 1)]++;
        }
        else if (outcome == DeleteOutcome.Stale)
        {
            _figures.StaleDeletes++;
        }
    }

    public void Reset()
    {
        _figures = new QueueFigures();
        Array.Clear(_held);
    }

    // The upper edge of the step in which the quantile lies, in ms.
    private double? HeldQuantile(double share)
    {
        if (_figures.Deleted == 0)
        {
            return null;
        }

        var remaining = Math.Max(1, (long)Math.Ceiling(share * _figures.Deleted));
        var step = 0;
        while ((remaining -= _held[step]) > 0)
        {
            step++;
        }

        return Math.Pow(2, (step + 1) / (double)StepsPerDoubling) / 1000;
    }

    private static double Milliseconds(long ticks) => ticks / (double)TimeSpan.TicksPerMillisecond;
}
