using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EntitlementCache.Settings;
using Sidecar.Reading;

namespace Sidecar.Realtime;

/// <summary>The messages of <c>graphql-transport-ws</c> that we send, and what can be said of an error.</summary>
internal static class RealtimeMessages
{
    private static readonly string InstanceId = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture);

    /// <summary>Asks for a pong.</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = "{\"type\":\"ping\"}"u8.ToArray();

    /// <summary>Gives one.</summary>
    public static ReadOnlyMemory<byte> Pong { get; } = "{\"type\":\"pong\"}"u8.ToArray();

    /// <summary>The first message, with the members the SDK sends.</summary>
    public static ReadOnlyMemory<byte> Init(Secret apiKey) => Write("connection_init", id: null, json =>
    {
        var processId = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        json.WriteStartObject("headers");
        json.WriteString("X-API-KEY", apiKey.Reveal());
        json.WriteString("source", "PERSISTENT_CACHE_SERVICE");
        json.WriteString("X-SDK-INSTANCE-ID", InstanceId);
        json.WriteString("X-SDK-OS-PROCESS-HOSTNAME", Environment.MachineName);
        json.WriteString("X-SDK-OS-PROCESS-ID", processId);
        json.WriteString("X-SDK-OS-PROCESS-TIMESTAMP", StartTime.ToString(CultureInfo.InvariantCulture));
        json.WriteString("X-SDK-OS-PROCESS-FINGERPRINT", $"{Environment.MachineName}-{processId}-{StartTime}");
        json.WriteEndObject();
    });

    /// <summary>Starts a subscription.</summary>
    public static ReadOnlyMemory<byte> Subscribe(int number, (string Name, string Document) subscription) =>
        Write("subscribe", (number + 1).ToString(CultureInfo.InvariantCulture), json =>
        {
            json.WriteString("operationName", subscription.Name);
            json.WriteString("query", subscription.Document);
            json.WriteStartObject("variables");
            json.WriteEndObject();
        });

    /// <summary>The first message of a list of GraphQL errors.</summary>
    public static string FirstError(JsonElement errors) =>
        errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0 ? errors[0].Text("message") ?? "no reason given" : "no reason given";

    private static long StartTime { get; } = new DateTimeOffset(System.Diagnostics.Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds();

    private static ReadOnlyMemory<byte> Write(string type, string? id, Action<Utf8JsonWriter> payload)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (id is not null)
            {
                json.WriteString("id", id);
            }

            json.WriteString("type", type);
            json.WriteStartObject("payload");
            payload(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
