using System.Diagnostics;
using System.Globalization;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;

namespace PersistentCacheService.Tracing;

/// <summary>The trace of one message: its spans when it is traced, else only the ids of its producer's trace, for the log. No span holds a body, a receipt handle or a customer's id.</summary>
/// <param name="source">Where spans come from.</param>
/// <param name="context">The process span's, or the producer's.</param>
/// <param name="process">The span of the message's handling; null: it is not traced.</param>
internal sealed class MessageTrace(SpanSource source, ActivityContext context, Activity? process)
{
    private Activity? _apply;

    /// <summary>Whether spans are recorded.</summary>
    public bool IsRecorded => process is not null;

    /// <summary>The process span's context, or the producer's.</summary>
    public ActivityContext Context => context;

    /// <summary>The span that is open innermost; null: the message is not traced.</summary>
    public Activity? Innermost => _apply ?? process;

    /// <summary>Decodes the message in a span.</summary>
    public CacheOperation Decode(ReceivedMessage message)
    {
        using var span = process is null ? null : source.Start("decode", ActivityKind.Internal, context);
        var operation = MessageDecoder.Decode(message.Body, message.Origin);
        if (process is null)
        {
            return operation;
        }

        process.SetTag("messaging.message.body.size", message.Body.Length);
        if (operation is Malformed malformed)
        {
            SetError(span, "malformed", malformed.Reason);
        }
        else if (StiggTrace.Find(message.Body) is { } stigg)
        {
            process.SetTag(StiggTrace.TagName, stigg.Text);
            if (stigg.Link is { } link)
            {
                process.AddLink(link);
            }
        }

        return operation;
    }

    /// <summary>The operation is about to be applied.</summary>
    public void Applying(CacheOperation operation)
    {
        if (process is not null && operation is not (Malformed or Ignore or UnknownType))
        {
            _apply = source.Start("apply", ActivityKind.Internal, context);
        }
    }

    /// <summary>The handling has ended.</summary>
    /// <param name="type">Kind of message.</param>
    /// <param name="handled">How it ended.</param>
    public void Ended(MessageType type, in Handled handled)
    {
        var error = handled switch
        {
            { Outcome: MessageOutcome.Failed, Reason: { } reason } => LabelText.SnakeCase(reason.ToString()),
            { Outcome: MessageOutcome.Failed or MessageOutcome.Malformed } => LabelText.SnakeCase(handled.Outcome.ToString()),
            _ => null,
        };
        if (_apply is not null)
        {
            SetError(_apply, error);
            _apply.Stop();
        }

        if (process is not null)
        {
            process.SetTag("persistent_cache.message_type", LabelText.SnakeCase(type.ToString()));
            process.SetTag("persistent_cache.outcome", LabelText.SnakeCase(handled.Outcome.ToString()));
            SetError(process, error);
            process.Stop();
        }
    }

    /// <summary>Adds the trace's ids to the log lines until the result is disposed.</summary>
    public IDisposable? InLog(ILogger logger)
    {
        // 00 whatever the producer decided: there is no span of ours to be found.
        return process is null
            ? logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal) { ["trace_id"] = context.TraceId.ToHexString(), ["trace_flags"] = "00" })
            : logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["trace_id"] = context.TraceId.ToHexString(),
                ["span_id"] = context.SpanId.ToHexString(),
                ["trace_flags"] = ((int)context.TraceFlags).ToString("x2", CultureInfo.InvariantCulture),
            });
    }

    /// <summary>Marks a span as failed; null: it is not.</summary>
    /// <param name="span">The span.</param>
    /// <param name="type">One of few words.</param>
    /// <param name="description">More about it, without anything from a message.</param>
    public static void SetError(Activity? span, string? type, string? description = null)
    {
        if (type is not null)
        {
            span?.SetTag("error.type", type);
            span?.SetStatus(ActivityStatusCode.Error, description);
        }
    }
}
