using System.Text.Encodings.Web;
using System.Text.Json;

namespace Demo;

/// <summary>Plain text for a terminal.</summary>
internal static class Page
{
    /// <summary>JSON as people write it, without escapes that only HTML needs.</summary>
    public static readonly JsonSerializerOptions ReadableJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Title(string title) => Console.WriteLine($"\n── {title} {new string('─', Math.Max(3, 100 - title.Length))}");

    public static void Line(string line) => Console.WriteLine(line);

    /// <summary>Columns as wide as their widest cell; the last one takes what is left.</summary>
    public static void Table(IReadOnlyList<string> heads, IReadOnlyList<string[]> rows)
    {
        var widths = heads.Select((head, column) => rows.Select(row => row[column].Length).Append(head.Length).Max()).ToArray();
        Row([.. heads]);
        Row([.. widths.Select(static width => new string('-', width))]);
        foreach (var row in rows)
        {
            Row(row);
        }

        void Row(string[] cells) => Console.WriteLine(string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>At most so many characters of a text.</summary>
    public static string Shortened(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
