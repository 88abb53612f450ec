using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Parsing;

namespace EntitlementCache.Observability;

/// <summary>What a log event says, wherever it is written.</summary>
internal static class LogLineText
{
    /// <summary>Appends the message with its values, without the quotes that Serilog's own rendering puts around texts.</summary>
    public static void AppendMessage(this StringBuilder text, LogEvent logEvent)
    {
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken named && logEvent.Properties.TryGetValue(named.PropertyName, out var value))
            {
                text.Append(value is ScalarValue { Value: string word } ? word : value.ToString(named.Format, CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(token);
            }
        }
    }

    /// <summary>The short name of the logging class; empty when it is not known.</summary>
    public static ReadOnlySpan<char> ShortName(LogEventPropertyValue? sourceContext) =>
        sourceContext is ScalarValue { Value: string context } ? context.AsSpan(context.LastIndexOf('.') + 1) : default;

    /// <summary>The number in the property <c>EventId</c>; null: there is none.</summary>
    public static int? EventId(LogEventPropertyValue? property)
    {
        if (property is StructureValue structure)
        {
            foreach (var part in structure.Properties)
            {
                if (part is { Name: "Id", Value: ScalarValue { Value: int id } })
                {
                    return id;
                }
            }
        }

        return null;
    }
}
