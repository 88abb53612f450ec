using System.Text.Json;
using System.Text.Json.Serialization;
using LocalSqs.Queues;

namespace LocalSqs.Control;

/// <summary>States by name, as everything else in camel case.</summary>
internal sealed class StateConverter() : JsonStringEnumConverter<MessageState>(JsonNamingPolicy.CamelCase);
