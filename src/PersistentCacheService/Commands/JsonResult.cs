using System.Text;
using System.Text.Json;

namespace PersistentCacheService.Commands;

/// <summary>A result for programs.</summary>
internal static class JsonResult
{
    /// <summary>One JSON object on one line.</summary>
    /// <param name="write">Writes its members.</param>
    public static string Object(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
