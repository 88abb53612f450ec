namespace LocalSqs.Faults;

/// <summary>An injected fault and how often it may still strike.</summary>
internal sealed class ActiveFault : IDisposable
{
    private readonly Action<ActiveFault> _remove;
    private int _left;

    public ActiveFault(SqsFault fault, Action<ActiveFault> remove)
    {
        Fault = fault;
        _remove = remove;
        _left = fault.Times ?? int.MaxValue;
    }

    public SqsFault Fault { get; }

    /// <summary>Uses one strike; false when none is left.</summary>
    public bool TryUse() => Fault.Times is null || Interlocked.Decrement(ref _left) >= 0;

    public void Dispose() => _remove(this);
}
