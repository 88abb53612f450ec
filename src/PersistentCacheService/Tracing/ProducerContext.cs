using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using Amazon.SQS.Model;
using EntitlementCache.Messages;

namespace PersistentCacheService.Tracing;

/// <summary>
/// What a message says about the trace it was sent in: W3C's <c>traceparent</c> and <c>tracestate</c> in its attributes, else in those of its SNS envelope, else the
/// <c>AWSTraceHeader</c> that SQS and SNS pass on for X-Ray. What is malformed counts as absent: a message is never refused for it. Reading one allocates nothing.
/// </summary>
/// <param name="TraceId">The trace, not zero.</param>
/// <param name="SpanId">The span that sent the message; zero: the message does not tell.</param>
/// <param name="IsSampled">Whether the producer records the trace; null: it leaves that to us.</param>
/// <param name="State">W3C tracestate; null: none, or not read yet.</param>
internal readonly record struct ProducerContext(UInt128 TraceId, ulong SpanId, bool? IsSampled, string? State)
{
    /// <summary>Message attributes with W3C's headers.</summary>
    public static readonly IReadOnlyList<string> AttributeNames = [ParentAttribute, StateAttribute];

    /// <summary>System attribute with X-Ray's header.</summary>
    public const string SystemAttributeName = "AWSTraceHeader";

    private const string ParentAttribute = "traceparent";
    private const string StateAttribute = "tracestate";

    private static readonly SearchValues<char> LowerCase = SearchValues.Create("0123456789abcdef-");

    // W3C Trace Context, 3.3.1.5: what a vendor should be able to propagate.
    private const int LongestState = 512;

    // Of version 00 it has 55 letters; later ones may append.
    private const int LongestParent = 256;

    // Root, Parent, Sampled and Lineage take 150 characters.
    private const int LongestTraceHeader = 512;

    /// <summary>Whether this is from the SNS envelope: then <see cref="WithState"/> reads the rest, of traced messages only.</summary>
    public bool IsInEnvelope { get; init; }

    /// <summary>Whether the sending span is known, so that it can be a parent.</summary>
    public bool HasSpan => SpanId != 0;

    /// <summary>For OpenTelemetry. The span id is all zeros where the message does not tell it, which only a link may have.</summary>
    public ActivityContext Context
    {
        get
        {
            Span<byte> trace = stackalloc byte[16];
            Span<byte> span = stackalloc byte[8];
            BinaryPrimitives.WriteUInt128BigEndian(trace, TraceId);
            BinaryPrimitives.WriteUInt64BigEndian(span, SpanId);
            return new ActivityContext(
                ActivityTraceId.CreateFromBytes(trace), ActivitySpanId.CreateFromBytes(span),
                IsSampled == true ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, State, isRemote: true);
        }
    }

    /// <summary>What a received message says; null: nothing that can be read.</summary>
    /// <param name="message">As SQS gave it.</param>
    /// <param name="body">Its body in UTF-8.</param>
    public static ProducerContext? Of(Message message, ReadOnlySpan<byte> body) =>
        TextOf(message, ParentAttribute) is { } parent && FromTraceParent(parent, TextOf(message, StateAttribute)) is { } context ? context
        : FromEnvelope(body) is { } inside ? inside
        : message.Attributes?.GetValueOrDefault(SystemAttributeName) is { } header ? FromTraceHeader(header)
        : null;

    /// <summary>With the tracestate of the SNS envelope, when it is from there.</summary>
    /// <param name="body">The message's body in UTF-8.</param>
    public ProducerContext WithState(ReadOnlySpan<byte> body)
    {
        if (!IsInEnvelope)
        {
            return this;
        }

        Span<char> state = stackalloc char[LongestState];
        var length = SnsAttributes.Read(body, "tracestate"u8, state);
        return this with { State = FitState(new string(state[..length])) };
    }

    /// <summary>W3C Trace Context: <c>version-trace-parent-flags</c>, <c>00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01</c>.</summary>
    /// <param name="header">traceparent.</param>
    /// <param name="state">tracestate; one that is too long or holds other than printable ASCII is dropped.</param>
    public static ProducerContext? FromTraceParent(ReadOnlySpan<char> header, string? state)
    {
        // Later versions may append; of version 00 and 255 the length is known.
        const int Length = 55;
        if (header.Length < Length || header[2] != '-' || header[35] != '-' || header[52] != '-' || header[..Length].ContainsAnyExcept(LowerCase)
            || !Hex(header[..2], out var version) || version == byte.MaxValue || (header.Length > Length && (version == 0 || header[Length] != '-'))
            || !Hex(header[3..35], out var trace) || trace == 0 || !Hex(header[36..52], out var span) || span == 0 || !Hex(header[53..55], out var flags))
        {
            return null;
        }

        return new ProducerContext(trace, (ulong)span, (flags & 1) != 0, FitState(state));
    }

    /// <summary>X-Ray: <c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>, in any order, with further members.</summary>
    public static ProducerContext? FromTraceHeader(ReadOnlySpan<char> header)
    {
        var (trace, span, isSampled) = ((UInt128)0, 0UL, (bool?)null);
        if (header.Length > LongestTraceHeader)
        {
            return null;
        }

        while (!header.IsEmpty)
        {
            var end = header.IndexOf(';');
            var member = (end < 0 ? header : header[..end]).Trim();
            header = end < 0 ? default : header[(end + 1)..];
            if (member.StartsWith("Root=", StringComparison.Ordinal))
            {
                trace = TraceOf(member["Root=".Length..]);
            }
            else if (member.StartsWith("Parent=", StringComparison.Ordinal))
            {
                var parent = member["Parent=".Length..];
                span = parent.Length == 16 && Hex(parent, out var id) ? (ulong)id : 0;
            }
            else if (member is "Sampled=1" or "Sampled=0")
            {
                isSampled = member[^1] == '1';
            }
        }

        return trace == 0 ? null : new ProducerContext(trace, span, isSampled, State: null);
    }

    private static ProducerContext? FromEnvelope(ReadOnlySpan<byte> body)
    {
        Span<char> parent = stackalloc char[LongestParent];
        var length = SnsAttributes.Read(body, "traceparent"u8, parent);
        return FromTraceParent(parent[..length], state: null) is { } context ? context with { IsInEnvelope = true } : null;
    }

    private static string? FitState(string? state) => state is { Length: > 0 and <= LongestState } && !state.AsSpan().ContainsAnyExceptInRange(' ', '~') ? state : null;

    /// <summary>A trace id of X-Ray: version 1, the time in 8 hexadecimal digits, 24 random ones. Zero: it is none.</summary>
    private static UInt128 TraceOf(ReadOnlySpan<char> root) =>
        root is { Length: 35 } && root.StartsWith("1-", StringComparison.Ordinal) && root[10] == '-' && Hex(root[2..10], out var time) && Hex(root[11..], out var random)
            ? (time << 96) | random
            : 0;

    /// <summary>Reads an even number of digits, 32 at most.</summary>
    private static bool Hex(ReadOnlySpan<char> digits, out UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var isRead = Convert.FromHexString(digits, bytes[^(digits.Length / 2)..], out _, out _) == OperationStatus.Done;
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return isRead;
    }

    private static string? TextOf(Message message, string attribute) =>
        message.MessageAttributes is { Count: > 0 } attributes && attributes.TryGetValue(attribute, out var value) && MessageOrigin.IsText(value.DataType) ? value.StringValue : null;
}
