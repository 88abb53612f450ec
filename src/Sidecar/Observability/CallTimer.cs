using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Sidecar.Observability;

/// <summary>Measures gRPC calls.</summary>
/// <param name="metrics">Where to.</param>
/// <param name="time">Clock.</param>
internal sealed class CallTimer(SidecarMetrics metrics, TimeProvider time) : Interceptor
{
    private const string Service = "/stigg.sidecar.v1.SidecarService/";

    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var started = time.GetTimestamp();
        try
        {
            return await continuation(request, context);
        }
        finally
        {
            if (context.Method.StartsWith(Service, StringComparison.Ordinal))
            {
                metrics.Called(context.Method[Service.Length..], time.GetElapsedTime(started));
            }
        }
    }
}
