using System.Buffers;

namespace EntitlementCache.EdgeApi;

/// <summary>The end of one HTTP exchange with the Edge API; failures are values here, because the caller decides what each means.</summary>
/// <param name="result">How it ended.</param>
internal sealed class EdgeReply(EdgeResult result) : IDisposable
{
    private byte[]? _pooled;
    private int _length;

    /// <summary>How it ended.</summary>
    public EdgeResult Result { get; } = result;

    /// <summary>What is wrong, without anything from the answer's body: safe to log. Empty when nothing is.</summary>
    public string Cause { get; init; } = "";

    /// <summary>How long the API asks not to be called; null: it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>UTF-8 body of an <see cref="EdgeResult.Ok"/>, valid until disposal; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Body => _pooled.AsMemory(0, _length);

    /// <summary>A complete body, in a buffer of the shared pool that the reply takes over.</summary>
    public static EdgeReply Complete(byte[] pooled, int length) => new(EdgeResult.Ok) { _pooled = pooled, _length = length };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }
}
