using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Sidecar.Observability;

/// <summary>Measures calls, over gRPC and over HTTP.</summary>
/// <param name="metrics">Where to.</param>
/// <param name="time">Clock.</param>
internal sealed class CallTimer(SidecarMetrics metrics, TimeProvider time) : Interceptor
{
    private const string Service = "/stigg.sidecar.v1.SidecarService/";

    /// <summary>Begins to measure a call; the end is the disposal.</summary>
    /// <param name="call">Its name; empty: not measured.</param>
    public Timing Start(string call) => new(metrics, time, call);

    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        using var timing = Start(context.Method.StartsWith(Service, StringComparison.Ordinal) ? context.Method[Service.Length..] : "");
        return await continuation(request, context);
    }

    /// <summary>One call under way.</summary>
    internal readonly struct Timing(SidecarMetrics metrics, TimeProvider time, string call) : IDisposable
    {
        private readonly long _started = time.GetTimestamp();

        /// <inheritdoc/>
        public void Dispose()
        {
            if (call.Length > 0)
            {
                metrics.Called(call, time.GetElapsedTime(_started));
            }
        }
    }
}
