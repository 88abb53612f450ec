using System.Buffers;
using System.Text.Json;
using Sidecar.Model;

namespace Sidecar.Caching;

/// <summary>The usage value of a reported usage, as the SDK writes it: a credit's start is null.</summary>
internal static class UsageJson
{
    /// <summary>UTF-8 JSON.</summary>
    public static byte[] Write(CachedUsage usage, bool isCredit)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("currentUsage", usage.CurrentUsage);
            WriteTime(json, "usagePeriodStart", usage.PeriodStart, isNullWritten: isCredit);
            WriteTime(json, "usagePeriodEnd", usage.PeriodEnd, isNullWritten: false);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? milliseconds, bool isNullWritten)
    {
        if (milliseconds is { } time)
        {
            json.WriteNumber(name, time);
        }
        else if (isNullWritten)
        {
            json.WriteNull(name);
        }
    }
}
