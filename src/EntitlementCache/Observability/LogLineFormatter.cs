using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EntitlementCache.Settings;
using Serilog.Events;
using Serilog.Formatting;

namespace EntitlementCache.Observability;

/// <summary>
/// Writes a log event as one line of JSON in pino's default form, which the original's log pipelines read: numeric <c>level</c>
/// (20 debug, 30 info, 40 warn, 50 error, 60 fatal), <c>time</c> in Unix ms, <c>pid</c>, <c>hostname</c>, the message, then
/// <c>event</c> (stable id), <c>name</c> (short name of the logging class), the values named in the message, and the error as <c>{type, message, stack}</c>.
/// </summary>
/// <param name="settings">Member names of message and error.</param>
/// <param name="processId">Value of <c>pid</c>.</param>
/// <param name="hostName">Value of <c>hostname</c>.</param>
internal sealed class LogLineFormatter(LoggingSettings settings, int processId, string hostName) : ITextFormatter
{
    // Lines are some hundred bytes; a stack trace may be several KB and is not worth keeping a large buffer for.
    private const int InitialCapacity = 1024;
    private const int LargestKeptBuffer = 16 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly JsonEncodedText _messageKey = JsonEncodedText.Encode(settings.MessageKey);
    private readonly JsonEncodedText _errorKey = JsonEncodedText.Encode(settings.ErrorKey);
    private readonly StringBuilder _message = new();
    private ArrayBufferWriter<byte> _line = new(InitialCapacity);
    private Utf8JsonWriter? _json;

    /// <summary>Writes the line and its line feed, or nothing if it fails. Not thread-safe.</summary>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        if (_line.Capacity > LargestKeptBuffer)
        {
            _line = new ArrayBufferWriter<byte>(InitialCapacity);
        }

        _line.ResetWrittenCount();
        Write(logEvent);
        var length = Encoding.UTF8.GetMaxCharCount(_line.WrittenCount);
        var chars = ArrayPool<char>.Shared.Rent(length);
        output.Write(chars, 0, Encoding.UTF8.GetChars(_line.WrittenSpan, chars));
        ArrayPool<char>.Shared.Return(chars);
    }

    private void Write(LogEvent logEvent)
    {
        _json ??= new Utf8JsonWriter(_line, Options);
        _json.Reset(_line);
        _json.WriteStartObject();
        _json.WriteNumber("level"u8, PinoLevel(logEvent.Level));
        _json.WriteNumber("time"u8, logEvent.Timestamp.ToUnixTimeMilliseconds());
        _json.WriteNumber("pid"u8, processId);
        _json.WriteString("hostname"u8, hostName);
        WriteMessage(_json, logEvent);
        WriteProperties(_json, logEvent);
        if (logEvent.Exception is { } exception)
        {
            _json.WritePropertyName(_errorKey);
            WriteError(_json, exception);
        }

        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
    }

    private static int PinoLevel(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => 10,
        LogEventLevel.Debug => 20,
        LogEventLevel.Information => 30,
        LogEventLevel.Warning => 40,
        LogEventLevel.Error => 50,
        _ => 60,
    };

    private static void WriteError(Utf8JsonWriter json, Exception exception)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, exception.GetType().Name);
        json.WriteString("message"u8, exception.Message);

        // ToString: stack, inner exceptions and their stacks.
        json.WriteString("stack"u8, exception.ToString());
        json.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter json, LogEvent logEvent)
    {
        _message.Clear();
        _message.AppendMessage(logEvent);
        json.WritePropertyName(_messageKey);
        var chars = ArrayPool<char>.Shared.Rent(_message.Length);
        _message.CopyTo(0, chars, _message.Length);
        json.WriteStringValue(chars.AsSpan(0, _message.Length));
        ArrayPool<char>.Shared.Return(chars);
    }

    private void WriteProperties(Utf8JsonWriter json, LogEvent logEvent)
    {
        foreach (var (name, value) in logEvent.Properties)
        {
            switch (name)
            {
                case "EventId":
                    if (LogLineText.EventId(value) is { } id)
                    {
                        json.WriteNumber("event"u8, id);
                    }

                    break;
                case "SourceContext" when LogLineText.ShortName(value) is { IsEmpty: false } shortName:
                    json.WriteString("name"u8, shortName);
                    break;
                case nameof(Suppressed) when value is ScalarValue { Value: Suppressed suppressed }:
                    if (suppressed.Count > 0)
                    {
                        json.WriteNumber("suppressed"u8, suppressed.Count);
                    }

                    break;
                default:
                    WriteProperty(json, name, value);
                    break;
            }
        }
    }

    private void WriteProperty(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        var member = JsonNamingPolicy.CamelCase.ConvertName(name);
        if (member is "level" or "time" or "pid" or "hostname" or "event" or "name" || member == settings.MessageKey || member == settings.ErrorKey)
        {
            member = "_" + member;
        }

        json.WritePropertyName(member);
        switch (value)
        {
            case ScalarValue { Value: null }:
                json.WriteNullValue();
                break;
            case ScalarValue { Value: bool flag }:
                json.WriteBooleanValue(flag);
                break;
            case ScalarValue { Value: int number }:
                json.WriteNumberValue(number);
                break;
            case ScalarValue { Value: long number }:
                json.WriteNumberValue(number);
                break;
            case ScalarValue { Value: double number } when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case ScalarValue { Value: IFormattable formattable }:
                json.WriteStringValue(formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            case ScalarValue { Value: { } other }:
                json.WriteStringValue(other.ToString());
                break;
            default:
                json.WriteStringValue(value.ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }
}
