using System.Text.Json;

namespace LocalSqs.Tests;

/// <summary>Shorter ways to a received message's members.</summary>
internal static class JsonElementExtensions
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static string Body(this JsonElement message) => message.Text("Body");

    public static string Handle(this JsonElement message) => message.Text("ReceiptHandle");

    public static string Attribute(this JsonElement message, string name) => message.GetProperty("Attributes").Text(name);

    public static int ReceiveCount(this JsonElement message) =>
        int.Parse(message.Attribute("ApproximateReceiveCount"), System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<JsonElement> Entries(this JsonElement reply, string name) =>
        reply.TryGetProperty(name, out var entries) ? entries.EnumerateArray() : [];
}
