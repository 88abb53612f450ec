using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Numbers, ages and JSON as the <c>dlq</c> verbs print them.</summary>
internal static class DeadLetterText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Text that is the same everywhere.</summary>
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>How long ago, in one unit: <c>45 s</c>, <c>12 min</c>, <c>3 h</c>, <c>4 d</c>.</summary>
    public static string Age(DateTimeOffset? then, DateTimeOffset now)
    {
        if (then is not { } moment)
        {
            return "?";
        }

        var age = now > moment ? now - moment : TimeSpan.Zero;
        return age switch
        {
            { TotalMinutes: < 1 } => Of($"{(int)age.TotalSeconds} s"),
            { TotalHours: < 1 } => Of($"{(int)age.TotalMinutes} min"),
            { TotalDays: < 2 } => Of($"{(int)age.TotalHours} h"),
            _ => Of($"{(int)age.TotalDays} d"),
        };
    }

    /// <summary>A text that is fit for a terminal: what could steer it is spelled <c>\u001b</c>. Line breaks and tabs stay.</summary>
    public static string WithoutControls(string text) => text.Any(static letter => IsControl(letter))
        ? string.Concat(text.Select(static letter => IsControl(letter) ? Of($"\\u{(int)letter:x4}") : letter.ToString()))
        : text;

    /// <summary>A number of messages.</summary>
    public static string Messages(long count) => Of($"{count:#,0} message{(count == 1 ? "" : "s")}");

    /// <summary>A moment as programs read it; null: not known.</summary>
    public static string? Moment(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>One JSON object, over several lines.</summary>
    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>A member that is a list of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static bool IsControl(char letter) => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t');
}
