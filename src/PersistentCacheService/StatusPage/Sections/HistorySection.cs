using System.Text.Json;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>The last hour as columns of numbers, the oldest first: shorter than an object for each point.</summary>
/// <param name="history">The points.</param>
/// <param name="queues">Names of the queues, in the order of QUEUE_URL.</param>
internal sealed class HistorySection(StatusHistory history, IReadOnlyList<string> queues)
{
    /// <summary>Writes <c>history</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var (points, end) = history.Read();
        json.WriteStartObject("history"u8);
        json.WriteNumber("intervalSeconds"u8, StatusHistory.Interval.TotalSeconds);
        json.WriteNumber("capacity"u8, StatusHistory.Capacity);
        if (end is { } known)
        {
            json.WriteNumber("end"u8, known.ToUnixTimeMilliseconds());
        }

        Write(json, "processed", points, static point => point.Processed);
        Write(json, "failed", points, static point => point.Failed);
        Write(json, "inFlight", points, static point => point.InFlight);
        Write(json, "writeMilliseconds", points, static point => point.WriteMilliseconds);
        Write(json, "edgeAnswered", points, static point => point.EdgeAnswered);
        Write(json, "edgeFailed", points, static point => point.EdgeFailed);
        Write(json, "redisErrors", points, static point => point.RedisErrors);
        Write(json, "queueErrors", points, static point => point.QueueErrors);
        json.WriteStartArray("lags"u8);
        for (var queue = 0; queue < queues.Count; queue++)
        {
            var position = queue;
            json.WriteStartObject();
            json.WriteString("queue"u8, queues[queue]);
            Write(json, "seconds", points, point => point.Lags[position]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<HistoryPoint> points, Func<HistoryPoint, double?> read)
    {
        json.WriteStartArray(name);
        foreach (var point in points)
        {
            if (read(point) is { } value)
            {
                json.WriteNumberValue(Math.Round(value, 2));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}
