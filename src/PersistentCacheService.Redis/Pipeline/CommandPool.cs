using Microsoft.Extensions.ObjectPool;

namespace PersistentCacheService.Redis.Pipeline;

/// <summary>The reusable <see cref="PendingCommand"/>s of a client.</summary>
internal sealed class CommandPool : PooledObjectPolicy<PendingCommand>
{
    private readonly DefaultObjectPool<PendingCommand> _pool;

    /// <summary>Keeps at most <paramref name="retained"/> objects while they are unused.</summary>
    public CommandPool(int retained) => _pool = new DefaultObjectPool<PendingCommand>(this, retained);

    /// <summary>An unused one.</summary>
    public PendingCommand Rent() => _pool.Get();

    /// <inheritdoc/>
    public override PendingCommand Create() => new(_pool);

    /// <inheritdoc/>
    public override bool Return(PendingCommand obj) => true;
}
