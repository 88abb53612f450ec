using System.Buffers;
using System.Buffers.Text;
using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>Writes received messages as JSON.</summary>
internal static class MessageWriter
{
    // The id of nobody in particular, in the form of AWS's.
    private static ReadOnlySpan<byte> Sender => "AIDA0000000000LOCALSQ"u8;

    public static void Write(PooledBuffer output, IReadOnlyList<ReceivedMessage> received, SystemAttributes wanted, AttributeFilter? filter)
    {
        if (received.Count == 0)
        {
            output.Write("{}"u8);
            return;
        }

        output.Write("{\"Messages\":["u8);
        for (var i = 0; i < received.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            Write(output, received[i], wanted, filter);
        }

        output.Write("]}"u8);
    }

    public static void WriteId(PooledBuffer output, Guid id)
    {
        Utf8Formatter.TryFormat(id, output.GetSpan(36), out var written);
        output.Advance(written);
    }

    public static void WriteDigest(PooledBuffer output, Md5Digest digest)
    {
        digest.WriteHex(output.GetSpan(Md5Digest.HexLength));
        output.Advance(Md5Digest.HexLength);
    }

    private static void Write(PooledBuffer output, in ReceivedMessage received, SystemAttributes wanted, AttributeFilter? filter)
    {
        var message = received.Message;
        output.Write("{\"MessageId\":\""u8);
        WriteId(output, message.Id);
        output.Write("\",\"ReceiptHandle\":\""u8);
        received.Handle.Write(output.GetSpan(ReceiptHandle.Length));
        output.Advance(ReceiptHandle.Length);
        output.Write("\",\"MD5OfBody\":\""u8);
        WriteDigest(output, message.Body.Md5);
        output.Write("\",\"Body\":\""u8);
        message.Body.WriteEscaped(output);
        output.Write("\""u8);
        if (wanted != SystemAttributes.None)
        {
            WriteSystemAttributes(output, received, wanted);
        }

        if (filter is not null && message.Extras is { Attributes.Count: > 0 } extras)
        {
            WriteAttributes(output, extras, filter);
        }

        output.Write("}"u8);
    }

    private static void WriteSystemAttributes(PooledBuffer output, in ReceivedMessage received, SystemAttributes wanted)
    {
        var message = received.Message;
        var extras = message.Extras;
        output.Write(",\"Attributes\":{"u8);
        var start = output.Length;
        if (wanted.HasFlag(SystemAttributes.SenderId))
        {
            output.Write(",\"SenderId\":\""u8);
            output.Write(Sender);
            output.Write("\""u8);
        }

        WriteNumber(output, wanted.HasFlag(SystemAttributes.SentTimestamp), ",\"SentTimestamp\":\""u8, message.SentAt);
        WriteNumber(output, wanted.HasFlag(SystemAttributes.ApproximateReceiveCount), ",\"ApproximateReceiveCount\":\""u8, received.ReceiveCount);
        WriteNumber(
            output,
            wanted.HasFlag(SystemAttributes.ApproximateFirstReceiveTimestamp),
            ",\"ApproximateFirstReceiveTimestamp\":\""u8,
            received.FirstReceivedAt);
        if (extras is not null)
        {
            WriteText(output, wanted.HasFlag(SystemAttributes.MessageGroupId), ",\"MessageGroupId\":"u8, extras.GroupId);
            WriteText(output, wanted.HasFlag(SystemAttributes.MessageDeduplicationId), ",\"MessageDeduplicationId\":"u8, extras.DeduplicationId);
            WriteText(output, wanted.HasFlag(SystemAttributes.AWSTraceHeader), ",\"AWSTraceHeader\":"u8, extras.TraceHeader);
            WriteText(output, wanted.HasFlag(SystemAttributes.DeadLetterQueueSourceArn), ",\"DeadLetterQueueSourceArn\":"u8, extras.DeadLetterSourceArn);
            var number = wanted.HasFlag(SystemAttributes.SequenceNumber) && extras.SequenceNumber > 0 ? FormatSequence(extras.SequenceNumber) : null;
            WriteText(output, number is not null, ",\"SequenceNumber\":"u8, number);
        }

        if (output.Length > start)
        {
            output.RemoveAt(start); // the first member's comma
        }

        output.Write("}"u8);
    }

    /// <summary>The 20 digits that a FIFO queue shows.</summary>
    public static string FormatSequence(long number) => number.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);

    private static void WriteNumber(PooledBuffer output, bool wanted, ReadOnlySpan<byte> prefix, long value)
    {
        if (wanted)
        {
            output.Write(prefix);
            output.WriteNumber(value);
            output.Write("\""u8);
        }
    }

    private static void WriteText(PooledBuffer output, bool wanted, ReadOnlySpan<byte> prefix, string? value)
    {
        if (wanted && value is not null)
        {
            output.Write(prefix);
            output.WriteString(value);
        }
    }

    private static void WriteAttributes(PooledBuffer output, MessageExtras extras, AttributeFilter filter)
    {
        var chosen = filter.Apply(extras.Attributes);
        if (chosen.Count == 0)
        {
            return;
        }

        output.Write(",\"MD5OfMessageAttributes\":\""u8);
        WriteDigest(output, chosen.Count == extras.Attributes.Count ? extras.AttributesMd5 : AttributeDigest.Of(chosen));
        output.Write("\",\"MessageAttributes\":{"u8);
        for (var i = 0; i < chosen.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.WriteString(chosen[i].Name);
            output.Write(":{\"DataType\":"u8);
            output.WriteString(chosen[i].DataType);
            if (chosen[i].Text is { } text)
            {
                output.Write(",\"StringValue\":"u8);
                output.WriteString(text);
            }
            else
            {
                output.Write(",\"BinaryValue\":\""u8);
                WriteBase64(output, chosen[i].Binary.Span);
                output.Write("\""u8);
            }

            output.Write("}"u8);
        }

        output.Write("}"u8);
    }

    private static void WriteBase64(PooledBuffer output, ReadOnlySpan<byte> bytes)
    {
        if (Base64.EncodeToUtf8(bytes, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written) != OperationStatus.Done)
        {
            throw new InvalidOperationException("The buffer is smaller than the encoding's greatest length.");
        }

        output.Advance(written);
    }
}
