using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalSqs.Protocol.Json;

/// <summary>Reads and writes the protocol's JSON with generated code. What is null is absent, both ways.</summary>
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(ReceiveRequest))]
[JsonSerializable(typeof(SendRequest))]
[JsonSerializable(typeof(BatchRequest<SendRequest>), TypeInfoPropertyName = "SendBatchRequest")]
[JsonSerializable(typeof(HandleRequest))]
[JsonSerializable(typeof(BatchRequest<HandleRequest>), TypeInfoPropertyName = "HandleBatchRequest")]
[JsonSerializable(typeof(MoveTaskRequest))]
[JsonSerializable(typeof(MoveTaskAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(QueueAnswer))]
[JsonSerializable(typeof(ReceiveAnswer))]
[JsonSerializable(typeof(EntryAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
internal sealed partial class SqsJson : JsonSerializerContext
{
    /// <summary>As SQS writes it: only what JSON demands is escaped.</summary>
    public static SqsJson Instance { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
