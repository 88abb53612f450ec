using System.Text.Json;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>Every queue: whether it can be used, or why not and what to do, and how far behind it is.</summary>
internal sealed class QueueSection(QueueLanes lanes)
{
    /// <summary>Writes <c>queues</c>, in the order of QUEUE_URL.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("queues"u8);
        foreach (var lane in lanes.All)
        {
            Write(json, lane);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, QueueLane lane)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, lane.Settings.Name);
        json.WriteBoolean("isUsable"u8, lane.Health.IsUsable);
        if (lane.Health.LastFailure is { } failure)
        {
            json.WriteString("reason"u8, failure.ToString());
            json.WriteString("remedy"u8, failure.Remedy());
            json.WriteString("runbook"u8, Runbooks.For(failure));
        }

        if (lane.Health.LastSuccess is { } success)
        {
            json.WriteNumber("lastSuccess"u8, (long)(success * 1000));
        }

        json.WriteNumber("lagSeconds"u8, Math.Round(lane.Lag.Largest.TotalSeconds, 3));
        json.WriteNumber("received"u8, lane.Queue.Received);
        json.WriteNumber("inFlight"u8, lane.Permits.Taken);
        json.WriteNumber("inFlightLimit"u8, lane.Permits.Limit);
        json.WriteNumber("polling"u8, lane.Width.Polling);
        json.WriteNumber("consumers"u8, lane.Board.Running);
        json.WriteNumber("visibilitySeconds"u8, lane.Properties.VisibilityTimeout.TotalSeconds);
        json.WriteString("credentials"u8, Credentials(lane.Settings));
        json.WriteEndObject();
    }

    private static string Credentials(QueueSettings settings) => settings switch
    {
        { Credentials: QueueCredentialSource.Edge } => "Edge API",
        { Roles.Count: > 0 } => "assumed roles",
        _ => "AWS SDK's default chain",
    };
}
