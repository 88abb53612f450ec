using System.Diagnostics;
using Amazon.SQS.Model;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tracing;

/// <summary>
/// Spans of one queue, by OpenTelemetry's conventions for messaging. The calls that several messages share, receive and settle, are told in the trace of each traced message
/// of the batch, afterwards and with their own times: so each trace is complete, and a message that is not traced costs its sampling decision.
/// </summary>
/// <param name="settings">Which queue.</param>
/// <param name="source">Where spans come from.</param>
/// <param name="random">Evenly random in [0, 1), for sampling.</param>
/// <param name="time">Clock.</param>
internal sealed class QueueTracer(QueueSettings settings, SpanSource source, Func<double> random, TimeProvider time)
{
    private readonly Uri _server = settings.ServiceUrl ?? settings.Url;

    /// <summary>Whether messages may be traced: only then they are asked for the attributes that tell of their trace.</summary>
    public bool IsOn => source.Sampling is { IsNever: false };

    /// <summary>Decides on the messages of a receive call and begins the traces of those that are traced.</summary>
    /// <param name="batch">The messages.</param>
    /// <param name="received">The same as SQS gave them, in the same order.</param>
    /// <param name="began">Timestamp of the call's begin.</param>
    public void Received(ReceivedMessage[] batch, List<Message> received, long began)
    {
        if (!IsOn)
        {
            return;
        }

        // Once for all whose producer does not decide: they share the calls that are told, and what is seldom run costs most when it is run alone.
        var drawn = random();
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i].Trace = Begin(batch[i], ProducerContext.Of(received[i], batch[i].Body.Span), drawn);
            Tell(batch[i].Trace, MessageOperation.Receive, batch.Length, began, error: null);
        }
    }

    /// <summary>A call that settles messages ended.</summary>
    /// <param name="operation">What it did.</param>
    /// <param name="messages">Whose.</param>
    /// <param name="began">Timestamp of its begin.</param>
    /// <param name="errorOf">Kind of the error of the message at a position; null: none.</param>
    public void Settled(MessageOperation operation, IReadOnlyList<ReceivedMessage> messages, long began, Func<int, string?> errorOf)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Trace is { } trace)
            {
                Tell(trace, operation, messages.Count, began, errorOf(i));
            }
        }
    }

    private MessageTrace? Begin(ReceivedMessage message, ProducerContext? producer, double drawn)
    {
        if (!source.Sampling!.Value.Decide(producer, drawn))
        {
            // Nothing is recorded, but the log tells the producer's trace.
            return producer is { } known ? new MessageTrace(source, known.Context, process: null) : null;
        }

        var context = producer?.WithState(message.Body.Span).Context;
        var parent = producer is { HasSpan: true } ? context!.Value : default;
        var process = source.Start($"process {settings.Name}", ActivityKind.Consumer, parent, context is { } link ? [new ActivityLink(link)] : null);
        if (process is null)
        {
            return null;
        }

        Describe(process, MessageOperation.Process);
        process.SetTag("messaging.message.id", message.MessageId);
        process.SetTag("persistent_cache.receive_count", message.ReceiveCount);
        return new MessageTrace(source, process.Context, process);
    }

    /// <summary>Records a call that is over.</summary>
    private void Tell(MessageTrace? trace, MessageOperation operation, int messages, long began, string? error)
    {
        if (trace is not { IsRecorded: true })
        {
            return;
        }

        var end = time.GetUtcNow();
        var span = source.Start($"{operation.Name} {settings.Name}", ActivityKind.Client, trace.Context, began: end - time.GetElapsedTime(began));
        if (span is null)
        {
            return;
        }

        Describe(span, operation);
        span.SetTag("messaging.batch.message_count", messages);
        MessageTrace.SetError(span, error);
        span.SetEndTime(end.UtcDateTime);
        span.Stop();
    }

    private void Describe(Activity span, MessageOperation operation)
    {
        span.SetTag("messaging.system", "aws_sqs");
        span.SetTag("messaging.destination.name", settings.Name);
        span.SetTag("messaging.operation.name", operation.Name);
        span.SetTag("messaging.operation.type", operation.Type);
        span.SetTag("server.address", _server.IdnHost);
        span.SetTag("server.port", _server.Port);
    }
}
