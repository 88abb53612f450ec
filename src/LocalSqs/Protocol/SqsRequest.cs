using LocalSqs.Queues;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSqs.Protocol;

/// <summary>One HTTP request and its answer; a connection uses one object for all its requests.</summary>
/// <remarks>Kestrel does not say when a connection ends: the buffers then go to the garbage collector instead of the pool.</remarks>
internal sealed class SqsRequest
{
    public IFeatureCollection Features { get; private set; } = null!;

    public SqsOperation Operation { get; set; }

    /// <summary>The request's body.</summary>
    public PooledBuffer Body { get; } = new();

    /// <summary>The answer's body.</summary>
    public PooledBuffer Response { get; } = new();

    /// <summary>Place for unescaped text.</summary>
    public PooledBuffer Scratch { get; } = new();

    public List<BatchEntry> Entries { get; } = new(capacity: 10);

    public List<ReceivedMessage> Received { get; } = new(capacity: 10);

    /// <summary>Ends when the client hangs up.</summary>
    public CancellationToken ClientGone => Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    public void Begin(IFeatureCollection features) => Features = features;

    /// <summary>Makes it ready for the next request.</summary>
    public void End()
    {
        Operation = SqsOperation.Unknown;
        Body.Clear();
        Response.Clear();
        Scratch.Clear();
        Entries.Clear();
        Received.Clear();
    }
}
