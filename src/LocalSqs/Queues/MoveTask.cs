namespace LocalSqs.Queues;

/// <summary>One StartMessageMoveTask: takes what is visible in a dead-letter queue to where it came from, or to one queue, at a rate.</summary>
internal sealed class MoveTask : IDisposable
{
    private const int TicksASecond = 10;
    private const int MostASecond = 500; // AWS's limit, and the rate here when none is asked for.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1) / TicksASecond;

    private readonly Lock _gate = new();
    private readonly SqsQueue _source;
    private readonly Func<string, SqsQueue?> _findByArn;
    private readonly ITimer _timer;
    private double _due;

    /// <param name="source">The dead-letter queue.</param>
    /// <param name="destinationArn">Where all go; null: each to the queue it came from.</param>
    /// <param name="perSecond">1..500; null: no limit but AWS's.</param>
    /// <param name="environment">Clock and queues.</param>
    public MoveTask(SqsQueue source, string? destinationArn, int? perSecond, QueueEnvironment environment)
    {
        _source = source;
        _findByArn = environment.FindByArn;
        DestinationArn = destinationArn;
        PerSecond = perSecond;
        StartedAt = environment.Clock.Now.UnixMs;
        ToMove = source.Inspect(static (store, _) => store.ReadyCount);
        _timer = environment.Clock.TimeProvider.CreateTimer(static task => ((MoveTask)task!).Step(), this, Tick, Tick);
    }

    public string Handle { get; } = Convert.ToBase64String(Guid.NewGuid().ToByteArray());

    public string SourceArn => _source.Arn;

    public string? DestinationArn { get; }

    public int? PerSecond { get; }

    /// <summary>In ms since the Unix epoch.</summary>
    public long StartedAt { get; }

    /// <summary>Visible messages when it began.</summary>
    public long ToMove { get; }

    /// <summary>Messages moved so far.</summary>
    public long Moved { get; private set; }

    /// <summary>RUNNING, COMPLETED, CANCELLED or FAILED.</summary>
    public string Status { get; private set; } = "RUNNING";

    /// <summary>Why it failed; null: it did not.</summary>
    public string? FailureReason { get; private set; }

    public bool IsRunning => Status == "RUNNING";

    /// <summary>Stops it; what is moved stays moved.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            End("CANCELLED");
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Step()
    {
        lock (_gate)
        {
            if (!IsRunning)
            {
                return;
            }

            _due += (double)(PerSecond ?? MostASecond) / TicksASecond;
            for (; _due >= 1 && IsRunning; _due--)
            {
                MoveOne();
            }
        }
    }

    private void MoveOne()
    {
        SqsQueue? destination = null;
        var letter = _source.TakeOut(letter => (destination = _findByArn(DestinationArn ?? letter.Extras?.DeadLetterSourceArn ?? "")) is not null, out var isEmpty);
        if (letter is null)
        {
            FailureReason = isEmpty ? null : "CouldNotDetermineMessageSource";
            End(isEmpty ? "COMPLETED" : "FAILED");
            return;
        }

        destination!.AcceptMoved(letter);
        Moved++;
    }

    private void End(string status)
    {
        if (IsRunning)
        {
            Status = status;
            _timer.Dispose();
        }
    }
}
