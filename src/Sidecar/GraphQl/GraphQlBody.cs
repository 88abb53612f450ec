using System.Buffers;
using System.Text.Json;

namespace Sidecar.GraphQl;

/// <summary>The JSON of a GraphQL request.</summary>
internal static class GraphQlBody
{
    /// <summary>Writes a request.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="query">The document.</param>
    /// <param name="variables">Writes the members of the variables.</param>
    public static ReadOnlyMemory<byte> Write(string operation, string query, Action<Utf8JsonWriter> variables)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("operationName", operation);
            json.WriteString("query", query);
            json.WriteStartObject("variables");
            variables(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
