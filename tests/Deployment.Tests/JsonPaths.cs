using System.Globalization;
using System.Text.Json.Nodes;

namespace Deployment.Tests;

/// <summary>Reads a member deep inside a manifest.</summary>
internal static class JsonPaths
{
    /// <summary>The node at a path of member names and list indices separated by dots; null when any part is missing.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var part in path.Split('.'))
        {
            node = node switch
            {
                JsonObject map => map[part],
                JsonArray list when int.Parse(part, CultureInfo.InvariantCulture) is var index && index < list.Count => list[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The text at a path; null when it is missing.</summary>
    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    /// <summary>The number at a path; null when it is missing.</summary>
    public static double? Number(this JsonNode? node, string path) => node.At(path)?.GetValue<double>();
}
