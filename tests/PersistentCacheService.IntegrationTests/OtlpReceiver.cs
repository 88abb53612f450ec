using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PersistentCacheService.IntegrationTests;

/// <summary>An OpenTelemetry collector for metrics, as far as names and units: a real HTTP server that reads the protocol's own encoding, over http/protobuf or gRPC.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int FrameHead = 5;

    // opentelemetry/proto/collector/metrics/v1: request.resource_metrics = 1, then .resource = 1 and .scope_metrics = 2, .metrics = 2; of each .name = 1, .unit = 3.
    private static readonly int[] PathToMetric = [1, 2, 2];
    private static readonly int[] PathToName = [1];
    private static readonly int[] PathToUnit = [3];
    private static readonly int[] PathToResourceAttribute = [1, 1, 1];

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _units = new(StringComparer.Ordinal);
    private volatile string _resource = "";

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Names of all metrics received so far.</summary>
    public ICollection<string> Names => _units.Keys;

    /// <summary>The units of all metrics received so far, by name.</summary>
    public IReadOnlyDictionary<string, string> Units => _units;

    /// <summary>The attributes of the resource, as sent: keys and values are readable in between.</summary>
    public string Resource => _resource;

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
            app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", (RequestDelegate)receiver.TakeGrpcAsync);
        }
        else
        {
            app.MapPost("/v1/metrics", (RequestDelegate)receiver.TakeHttpAsync);
        }

        await app.StartAsync();
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The length-delimited fields at a path of field numbers, by the wire format alone.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> FieldsAt(ReadOnlyMemory<byte> message, int[] path, int depth = 0)
    {
        while (!message.IsEmpty)
        {
            var tag = ReadVarint(ref message);
            var length = (int)(tag & 7) switch
            {
                1 => 8,
                5 => 4,
                2 => (int)ReadVarint(ref message),
                _ => 0,
            };
            if ((tag & 7) == 0)
            {
                ReadVarint(ref message);
                continue;
            }

            var field = message[..length];
            message = message[length..];
            if ((tag & 7) != 2 || (int)(tag >> 3) != path[depth])
            {
                continue;
            }

            if (depth == path.Length - 1)
            {
                yield return field;
                continue;
            }

            foreach (var inner in FieldsAt(field, path, depth + 1))
            {
                yield return inner;
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> message, int[] path) =>
        string.Concat(FieldsAt(message, path).Select(static field => Encoding.UTF8.GetString(field.Span)));

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private async Task TakeHttpAsync(HttpContext context)
    {
        Take(await ReadAsync(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeGrpcAsync(HttpContext context)
    {
        // One message: a byte that says whether it is compressed, its length in four, itself. The answer is an empty message and a status behind it.
        var body = await ReadAsync(context);
        if (body[0] != 0 || BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) != body.Length - FrameHead)
        {
            throw new InvalidDataException("Not one uncompressed message of gRPC.");
        }

        Take(body.AsMemory(FrameHead));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[FrameHead], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Take(ReadOnlyMemory<byte> request)
    {
        _resource = Text(request, PathToResourceAttribute);
        foreach (var metric in FieldsAt(request, PathToMetric))
        {
            _units[Text(metric, PathToName)] = Text(metric, PathToUnit);
        }
    }
}
