using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Sidecar.Observability;
using Sidecar.Service;
using Sidecar.Writes;
using Stigg.Sidecar.V1;

namespace Sidecar.Http;

/// <summary><c>POST /v1/&lt;rpc&gt;</c>: every call with protobuf's JSON mapping, for what speaks no gRPC.</summary>
internal static class JsonCalls
{
    private const int MaxBody = 4 * 1024 * 1024; // gRPC's own bound of a message

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Maps all calls.</summary>
    public static void Map(WebApplication app, Calls calls, UsageWrites writes, CallTimer timer, UnexpectedFailures failures)
    {
        Map(app, timer, failures, "GetEntitlements", (GetEntitlementsRequest request, CancellationToken token) => calls.GetEntitlementsAsync(request, token));
        Map(app, timer, failures, "GetEntitlement", (GetEntitlementRequest request, CancellationToken token) => calls.GetEntitlementAsync(request, token));
        Map(app, timer, failures, "GetBooleanEntitlement", (GetBooleanEntitlementRequest request, CancellationToken token) => calls.GetBooleanAsync(request, token));
        Map(app, timer, failures, "GetNumericEntitlement", (GetNumericEntitlementRequest request, CancellationToken token) => calls.GetNumericAsync(request, token));
        Map(app, timer, failures, "GetMeteredEntitlement", (GetMeteredEntitlementRequest request, CancellationToken token) => calls.GetMeteredAsync(request, token));
        Map(app, timer, failures, "GetEnumEntitlement", (GetEnumEntitlementRequest request, CancellationToken token) => calls.GetEnumAsync(request, token));
        Map(app, timer, failures, "GetEntitlementV2", (GetEntitlementV2Request request, CancellationToken token) => calls.GetEntitlementV2Async(request, token));
        Map(app, timer, failures, "GetEntitlementsStateV2", (GetEntitlementsStateV2Request request, CancellationToken token) => calls.GetEntitlementsStateV2Async(request, token));
        Map(app, timer, failures, "ReloadEntitlements", (ReloadEntitlementsRequest request, CancellationToken token) => calls.ReloadAsync(request, token));
        Map(app, timer, failures, "ReportUsage", (ReportUsageRequest request, CancellationToken token) => writes.ReportUsageAsync(request, token));
        Map(app, timer, failures, "ReportUsageBulk", (ReportUsageBulkRequest request, CancellationToken token) => writes.ReportUsageBulkAsync(request, token));
        Map(app, timer, failures, "ReportEvents", (ReportEventsRequest request, CancellationToken token) => writes.ReportEventsAsync(request, token));
    }

    /// <summary>What is absent is answered in the same form.</summary>
    public static void MapRest(WebApplication app)
    {
        RequestDelegate missing = static context => Problem.WriteAsync(context, StatusCode.Unimplemented, $"There is no call {context.Request.Path}.");
        app.Map("/v1/{**rest}", missing);
    }

    private static void Map<TRequest, TResponse>(WebApplication app, CallTimer timer, UnexpectedFailures failures, string name, Func<TRequest, CancellationToken, Task<TResponse>> call)
        where TRequest : IMessage, new()
        where TResponse : IMessage
    {
        RequestDelegate serve = async context =>
        {
            using var timing = timer.Start(name);
            try
            {
                var request = Parser.Parse<TRequest>(await ReadAsync(context.Request));
                var response = await call(request, context.RequestAborted);
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Formatter.Format(response), context.RequestAborted);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                context.Abort(); // The caller has left, and gets no answer.
            }
            catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
            {
                await Problem.WriteAsync(context, StatusCode.InvalidArgument, exception.Message);
            }
            catch (RpcException exception)
            {
                await Problem.WriteAsync(context, exception.StatusCode, exception.Status.Detail);
            }
            catch (BadHttpRequestException exception)
            {
                await Problem.WriteAsync(context, exception.StatusCode, StatusCode.InvalidArgument, exception.Message);
            }
            catch (Exception exception) when (!context.Response.HasStarted)
            {
                var failure = failures.OfCall(name, exception);
                await Problem.WriteAsync(context, failure.StatusCode, failure.Status.Detail);
            }
        };
        app.MapPost($"/v1/{name}", serve);
    }

    private static async Task<string> ReadAsync(HttpRequest request)
    {
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBody;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return text.Length == 0 ? "{}" : text;
    }
}
