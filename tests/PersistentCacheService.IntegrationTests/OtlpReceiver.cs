using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using PersistentCacheService.IntegrationTests.Tracing;

namespace PersistentCacheService.IntegrationTests;

/// <summary>An OpenTelemetry collector for metrics, as far as names and units, and for spans: a real HTTP server that reads the protocol's own encoding, over http/protobuf or gRPC.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int FrameHead = 5;

    // opentelemetry/proto/collector/metrics/v1: request.resource_metrics = 1, then .resource = 1 and .scope_metrics = 2, .metrics = 2; of each .name = 1, .unit = 3.
    private static readonly int[] PathToMetric = [1, 2, 2];
    private static readonly int[] PathToName = [1];
    private static readonly int[] PathToUnit = [3];
    private static readonly int[] PathToResourceAttribute = [1, 1, 1];

    // opentelemetry/proto/collector/trace/v1: request.resource_spans = 1, then .scope_spans = 2, .spans = 2.
    private static readonly int[] PathToSpan = [1, 2, 2];

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _units = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<CollectedSpan> _spans = [];
    private readonly ConcurrentQueue<string> _spanRequests = [];
    private volatile string _resource = "";
    private volatile string _spanResource = "";

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Names of all metrics received so far.</summary>
    public ICollection<string> Names => _units.Keys;

    /// <summary>The units of all metrics received so far, by name.</summary>
    public IReadOnlyDictionary<string, string> Units => _units;

    /// <summary>The attributes of the resource, as sent: keys and values are readable in between.</summary>
    public string Resource => _resource;

    /// <summary>All spans received so far.</summary>
    public IReadOnlyList<CollectedSpan> Spans => [.. _spans];

    /// <summary>Every request with spans as Latin-1: texts are readable in between.</summary>
    public string SpanRequests => string.Concat(_spanRequests);

    /// <summary>The attributes of the resource of spans, as sent.</summary>
    public string SpanResource => _spanResource;

    /// <summary>Headers of the last request with spans.</summary>
    public IReadOnlyDictionary<string, string> SpanHeaders { get; private set; } = new Dictionary<string, string>();

    /// <summary>How requests with spans are answered: 200, or another status; 0: never.</summary>
    public int SpanAnswer { get; set; } = StatusCodes.Status200OK;

    /// <summary>Starts it on a free port.</summary>
    /// <param name="speaksGrpc">gRPC, which is HTTP/2, here without TLS; else http/protobuf.</param>
    public static async Task<OtlpReceiver> StartAsync(bool speaksGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AllowAlternateSchemes = true; // Something may end TLS in front of it.
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = speaksGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        if (speaksGrpc)
        {
            app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => TakeGrpcAsync(context, receiver.TakeMetrics));
            app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => TakeGrpcAsync(context, receiver.TakeSpans));
        }
        else
        {
            app.MapPost("/v1/metrics", context => TakeHttpAsync(context, receiver.TakeMetrics));
            app.MapPost("/v1/traces", context => receiver.SpanAnswer == StatusCodes.Status200OK ? TakeHttpAsync(context, receiver.TakeSpans) : receiver.RefuseAsync(context));
        }

        await app.StartAsync();
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Text(ReadOnlyMemory<byte> message, int[] path) =>
        string.Concat(WireField.At(message, path).Select(static field => Encoding.UTF8.GetString(field.Span)));

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private static async Task TakeHttpAsync(HttpContext context, Action<ReadOnlyMemory<byte>, HttpRequest> take)
    {
        take(await ReadAsync(context), context.Request);
        context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task TakeGrpcAsync(HttpContext context, Action<ReadOnlyMemory<byte>, HttpRequest> take)
    {
        // One message: a byte that says whether it is compressed, its length in four, itself. The answer is an empty message and a status behind it.
        var body = await ReadAsync(context);
        if (body[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) != body.Length - FrameHead)
        {
            throw new InvalidDataException("Not one uncompressed message of gRPC.");
        }

        take(body.AsMemory(FrameHead), context.Request);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[FrameHead], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void TakeMetrics(ReadOnlyMemory<byte> request, HttpRequest head)
    {
        _resource = Text(request, PathToResourceAttribute);
        foreach (var metric in WireField.At(request, PathToMetric))
        {
            _units[Text(metric, PathToName)] = Text(metric, PathToUnit);
        }
    }

    private void TakeSpans(ReadOnlyMemory<byte> request, HttpRequest head)
    {
        SpanHeaders = head.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _spanResource = Text(request, PathToResourceAttribute);
        _spanRequests.Enqueue(Encoding.Latin1.GetString(request.Span));
        foreach (var span in WireField.At(request, PathToSpan))
        {
            _spans.Enqueue(CollectedSpan.Of(span));
        }
    }

    private async Task RefuseAsync(HttpContext context)
    {
        if (SpanAnswer == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Response.StatusCode = SpanAnswer == 0 ? StatusCodes.Status503ServiceUnavailable : SpanAnswer;
    }
}
