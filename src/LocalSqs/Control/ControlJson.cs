using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalSqs.Control;

/// <summary>Generated JSON code for the control endpoints and the program's first line.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(StateConverter)])]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<QueuedMessage>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(QueueFigures))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(int))]
internal sealed partial class ControlJson : JsonSerializerContext;
