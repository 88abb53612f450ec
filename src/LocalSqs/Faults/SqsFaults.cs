using System.Collections.Immutable;
using LocalSqs.Protocol;
using LocalSqs.Queues;

namespace LocalSqs.Faults;

/// <summary>The faults of a running server. Everything here may be changed at any time from any thread and counts from the next call on.</summary>
public sealed class SqsFaults
{
    private readonly ServerClock _clock;
    private readonly Random _random;
    private ImmutableList<ActiveFault> _active = [];
    private long _latencyTicks;

    internal SqsFaults(ServerClock clock, int seed, TimeSpan latency)
    {
        _clock = clock;
        _random = new Random(seed);
        Latency = latency;
    }

    /// <summary>Added to every call before it is executed.</summary>
    public TimeSpan Latency
    {
        get => new(Volatile.Read(ref _latencyTicks));
        set => Volatile.Write(ref _latencyTicks, value.Ticks);
    }

    /// <summary>How far the server's calendar is ahead of the true time: signatures, the Date header and message timestamps follow it.</summary>
    public TimeSpan ClockOffset
    {
        get => _clock.Offset;
        set => _clock.Offset = value;
    }

    /// <summary>Adds a fault.</summary>
    /// <returns>Disposing it takes the fault away and leaves the others.</returns>
    public IDisposable Inject(SqsFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var active = new ActiveFault(fault, Remove);
        ImmutableInterlocked.Update(ref _active, static (list, added) => list.Add(added), active);
        return active;
    }

    /// <summary>Adds a fault of a kind that strikes every call.</summary>
    public IDisposable Inject(SqsFaultKind kind) => Inject(new SqsFault(kind));

    /// <summary>Takes all injected faults away; latency and clock stay.</summary>
    public void Clear() => _active = [];

    /// <summary>The fault that strikes this call; null when none does.</summary>
    internal SqsFaultKind? Next(SqsOperation operation)
    {
        foreach (var active in _active)
        {
            if (active.Fault.Kind is not (SqsFaultKind.EntryFailsOnServer or SqsFaultKind.EntryFailsOnSender) && Strikes(active, operation))
            {
                return active.Fault.Kind;
            }
        }

        return null;
    }

    /// <summary>The failure of the next entry of a batch; null when it succeeds.</summary>
    internal SqsError? NextEntryFailure(SqsOperation operation)
    {
        foreach (var active in _active)
        {
            if (active.Fault.Kind == SqsFaultKind.EntryFailsOnServer && Strikes(active, operation))
            {
                return SqsError.InternalEntryError;
            }

            if (active.Fault.Kind == SqsFaultKind.EntryFailsOnSender && Strikes(active, operation))
            {
                return SqsError.ReceiptHandleIsInvalid;
            }
        }

        return null;
    }

    private bool Strikes(ActiveFault active, SqsOperation operation) =>
        (active.Fault.Operation is null || active.Fault.Operation == operation)
        && (active.Fault.Probability >= 1 || Chance() < active.Fault.Probability)
        && active.TryUse();

    private double Chance()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }

    private void Remove(ActiveFault fault) => ImmutableInterlocked.Update(ref _active, static (list, removed) => list.Remove(removed), fault);
}
