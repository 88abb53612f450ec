using System.Globalization;
using System.Text;

namespace PersistentCacheService.IntegrationTests.Tracing;

/// <summary>A span as a collector gets it (opentelemetry/proto/trace/v1).</summary>
internal sealed record CollectedSpan
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>The same of the parent; empty: none.</summary>
    public required string ParentId { get; init; }

    /// <summary>W3C tracestate.</summary>
    public required string State { get; init; }

    public required string Name { get; init; }

    /// <summary>1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public required int Kind { get; init; }

    /// <summary>Begin, nanoseconds since the epoch.</summary>
    public required ulong Began { get; init; }

    /// <summary>End, the same.</summary>
    public required ulong Ended { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Trace and span of each link, with a dash between.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>0 unset, 1 ok, 2 error.</summary>
    public required int Status { get; init; }

    /// <summary>Reads one.</summary>
    public static CollectedSpan Of(ReadOnlyMemory<byte> span)
    {
        var fields = WireField.Of(span).ToLookup(static field => field.Number);
        return new CollectedSpan
        {
            TraceId = Hex(fields[1]),
            SpanId = Hex(fields[2]),
            State = Text(fields[3]),
            ParentId = Hex(fields[4]),
            Name = Text(fields[5]),
            Kind = (int)fields[6].Single().Value,
            Began = fields[7].Single().Value,
            Ended = fields[8].Single().Value,
            Attributes = fields[9].Select(static field => Attribute(field.Bytes)).ToDictionary(StringComparer.Ordinal),
            Links = [.. fields[13].Select(static link => $"{Hex(WireField.Of(link.Bytes).Where(static field => field.Number == 1))}-{Hex(WireField.Of(link.Bytes).Where(static field => field.Number == 2))}")],
            Status = (int)fields[15].SelectMany(static status => WireField.Of(status.Bytes)).FirstOrDefault(static field => field.Number == 3).Value,
        };
    }

    /// <summary>For failure messages.</summary>
    public override string ToString() =>
        $"{TraceId} {ParentId} > {SpanId} {Name} kind {Kind} status {Status} {string.Join(' ', Attributes.Select(static attribute => $"{attribute.Key}={attribute.Value}"))} links {string.Join(' ', Links)}";

    private static KeyValuePair<string, string> Attribute(ReadOnlyMemory<byte> attribute)
    {
        var value = WireField.At(attribute, 2).SelectMany(WireField.Of).First();
        return KeyValuePair.Create(
            Encoding.UTF8.GetString(WireField.At(attribute, 1).Single().Span),
            value.Number == 1 ? Encoding.UTF8.GetString(value.Bytes.Span) : value.Value.ToString(CultureInfo.InvariantCulture));
    }

    private static string Hex(IEnumerable<WireField> fields) => string.Concat(fields.Select(static field => Convert.ToHexStringLower(field.Bytes.Span)));

    private static string Text(IEnumerable<WireField> fields) => string.Concat(fields.Select(static field => Encoding.UTF8.GetString(field.Bytes.Span)));
}
