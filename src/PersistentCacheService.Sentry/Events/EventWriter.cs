using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersistentCacheService.Sentry.Events;

/// <summary>Writes an event's JSON, scrubbed.</summary>
internal sealed class EventWriter(SentryOptions options, RuntimeDescription runtime)
{
    /// <summary>JSON of envelopes: compact, and readable where text is not ASCII.</summary>
    public static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Sentry's limit of a tag's value.
    private const int MaxTagLength = 200;

    private readonly Scrubber _scrubber = new(options.Secrets);

    /// <summary>Writes the whole event object.</summary>
    public void Write(Utf8JsonWriter json, SentryEvent captured)
    {
        json.WriteStartObject();
        json.WriteString("event_id"u8, SentryFormat.Id(captured.Id));
        json.WriteString("timestamp"u8, SentryFormat.Time(captured.Timestamp));
        json.WriteString("platform"u8, "csharp"u8);
        json.WriteString("level"u8, captured.Level == SentryLevel.Fatal ? "fatal"u8 : "error"u8);
        json.WriteString("logger"u8, captured.Key.Logger);
        json.WriteString("release"u8, options.Release);
        json.WriteString("environment"u8, options.Environment);
        json.WriteString("server_name"u8, options.ServerName);
        json.WritePropertyName("sdk"u8);
        SentryFormat.WriteSdk(json);
        json.WriteStartObject("logentry"u8);
        json.WriteString("message"u8, _scrubber.Scrub(captured.Template));
        json.WriteString("formatted"u8, _scrubber.Scrub(captured.Message));
        json.WriteEndObject();
        WriteTags(json, captured);
        WriteContexts(json);
        if (captured.Suppressed > 0)
        {
            json.WriteStartObject("extra"u8);
            json.WriteNumber("suppressed_before"u8, captured.Suppressed);
            json.WriteEndObject();
        }

        if (captured.Exception is { } exception)
        {
            WriteExceptions(json, exception, captured);
        }
        else
        {
            // Without a stack Sentry would group by the text: values in it would make every event a group of its own.
            json.WriteStartArray("fingerprint"u8);
            json.WriteStringValue(captured.Key.Logger);
            json.WriteStringValue(captured.EventName ?? captured.Template);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteTags(Utf8JsonWriter json, SentryEvent captured)
    {
        json.WriteStartObject("tags"u8);
        if (captured.EventName is { } name)
        {
            json.WriteString("event"u8, name);
        }

        foreach (var (tag, value) in captured.Tags)
        {
            json.WriteString(tag, Scrubber.Cut(_scrubber.Scrub(value).ReplaceLineEndings(" "), MaxTagLength));
        }

        json.WriteEndObject();
    }

    private void WriteContexts(Utf8JsonWriter json)
    {
        json.WriteStartObject("contexts"u8);
        json.WriteStartObject("runtime"u8);
        json.WriteString("name"u8, ".NET"u8);
        json.WriteString("version"u8, runtime.RuntimeVersion);
        json.WriteEndObject();
        json.WriteStartObject("os"u8);
        json.WriteString("name"u8, runtime.OperatingSystem);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteExceptions(Utf8JsonWriter json, Exception exception, SentryEvent captured)
    {
        json.WriteStartObject("exception"u8);
        json.WriteStartArray("values"u8);
        foreach (var member in ExceptionChain.Of(exception).Reverse())
        {
            json.WriteStartObject();
            json.WriteString("type"u8, member.GetType().Name);
            json.WriteString("value"u8, _scrubber.Scrub(member.Message));
            json.WriteString("module"u8, member.GetType().Namespace);
            if (ReferenceEquals(member, exception))
            {
                json.WriteStartObject("mechanism"u8);
                json.WriteString("type"u8, captured.Mechanism);
                json.WriteBoolean("handled"u8, captured.Handled);
                json.WriteEndObject();
            }

            WriteFrames(json, member);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFrames(Utf8JsonWriter json, Exception exception)
    {
        var frames = ExceptionChain.FramesOf(exception);
        if (frames.Count == 0)
        {
            return;
        }

        json.WriteStartObject("stacktrace"u8);
        json.WriteStartArray("frames"u8);
        foreach (var frame in frames)
        {
            WriteFrame(json, frame);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFrame(Utf8JsonWriter json, StackFrame frame)
    {
        var method = DiagnosticMethodInfo.Create(frame);
        var name = StackFrameName.Of(method?.DeclaringTypeName, method?.Name ?? "unknown");
        json.WriteStartObject();
        json.WriteString("function"u8, name.Function);
        if (name.Module is { } module)
        {
            json.WriteString("module"u8, module);
        }

        // Only the file's name: the directories are those of the build machine.
        if (Path.GetFileName(frame.GetFileName()) is { Length: > 0 } file)
        {
            json.WriteString("filename"u8, file);
            json.WriteNumber("lineno"u8, frame.GetFileLineNumber());
        }

        json.WriteBoolean("in_app"u8, IsOurs(name.Module));
        json.WriteEndObject();
    }

    private bool IsOurs(string? module) =>
        module is not null
        && module.StartsWith(options.InAppNamespace, StringComparison.Ordinal)
        && (module.Length == options.InAppNamespace.Length || module[options.InAppNamespace.Length] == '.');
}
