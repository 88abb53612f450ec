using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Operations;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>Reads error replies: <c>{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"..."}</c> with headers, or whatever a proxy says.</summary>
internal static class ErrorReplyReader
{
    // Enough for AWS's longest explanation with two ARNs in it.
    private const int MaxMessageLength = 512;

    /// <summary>Reads the reply; a body that is no error document leaves only status and headers.</summary>
    public static SqsErrorReply Read(HttpReply reply)
    {
        var (shape, message) = ReadBody(reply.Content.Span);
        var (queryCode, queryType) = SplitQueryError(reply.QueryError);
        var kind = SqsErrors.Classify(shape ?? queryCode, reply.Status);
        if (kind is SqsErrorKind.InvalidRequest or SqsErrorKind.Unavailable && queryCode is not null)
        {
            // The shape says nothing beyond the status; the older code may.
            kind = SqsErrors.Classify(queryCode, reply.Status);
        }

        var type = queryType ?? ((int)reply.Status >= 500 ? ErrorType.Receiver : ErrorType.Sender);
        return new SqsErrorReply(shape, queryCode ?? shape, message, type, reply.Status, reply.RequestId, kind);
    }

    /// <summary>Makes the exception of a reply.</summary>
    public static AmazonSQSException ToException(SqsErrorReply reply, string operation)
    {
        var id = reply.RequestId is null ? "" : $", request id {reply.RequestId}";
        var text = $"SQS {operation}: {reply.Code ?? "error"} (HTTP {(int)reply.Status}{id}){(reply.Message is null ? "" : ": " + reply.Message)}";
        return reply.Kind switch
        {
            SqsErrorKind.QueueDoesNotExist => new QueueDoesNotExistException(text, reply),
            SqsErrorKind.Throttled => new RequestThrottledException(text, reply),
            SqsErrorKind.OverLimit => new OverLimitException(text, reply),
            _ when reply.Shape == "ReceiptHandleIsInvalid" || reply.Code == "ReceiptHandleIsInvalid" => new ReceiptHandleIsInvalidException(text, reply),
            _ => new AmazonSQSException(text, reply),
        };
    }

    private static (string? Shape, string? Message) ReadBody(ReadOnlySpan<byte> body)
    {
        string? shape = null;
        string? message = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.ReadObjectStart();
            while (reader.ReadName())
            {
                if (reader.ValueTextEquals("__type"u8))
                {
                    shape = reader.ReadString();
                }
                else if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8))
                {
                    message = reader.ReadString();
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not an error document (a proxy's page, a cut-off body, broken UTF-8): the status has to do.
            return (null, null);
        }

        return (BareName(shape), FirstLine(message));
    }

    /// <summary><c>prefix#Name:uri</c> without prefix and URI; null when nothing is left.</summary>
    private static string? BareName(string? shape)
    {
        if (shape is null)
        {
            return null;
        }

        var name = shape.AsSpan(shape.IndexOf('#', StringComparison.Ordinal) + 1);
        var colon = name.IndexOf(':');
        name = colon < 0 ? name : name[..colon];
        return name.IsEmpty ? null : name.ToString();
    }

    /// <summary>
    /// The first line, bounded: replies to a wrong signature go on with the canonical request, and that has the session token in it.
    /// </summary>
    private static string? FirstLine(string? message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? message.AsSpan() : message.AsSpan(0, end);
        return line.IsEmpty ? null : line[..Math.Min(line.Length, MaxMessageLength)].ToString();
    }

    private static (string? Code, ErrorType? Type) SplitQueryError(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return (null, null);
        }

        var semicolon = header.IndexOf(';', StringComparison.Ordinal);
        return semicolon < 0
            ? (header, null)
            : (header[..semicolon], header.AsSpan(semicolon + 1).Trim() is "Sender" ? ErrorType.Sender : ErrorType.Receiver);
    }
}
