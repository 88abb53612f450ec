using System.Diagnostics;
using System.Text.Json;
using EntitlementCache.Hosting;
using PersistentCacheService.Health;
using PersistentCacheService.Queue;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>Which process this is, whether it does its work, and which runbooks it brings along.</summary>
internal sealed class WorkerSection(Readiness readiness, QueueLanes lanes, ShutdownPhases phases, TimeProvider time)
{
    private readonly DateTimeOffset _started = StartOfProcess();

    /// <summary>Writes <c>now</c>, <c>worker</c> and <c>runbooks</c>; times are in Unix milliseconds.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var report = readiness.Report();
        json.WriteNumber("now"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        json.WriteStartObject("worker"u8);
        json.WriteString("version"u8, BuildInfo.Version);
        json.WriteString("revision"u8, BuildInfo.Revision);
        json.WriteString("runtime"u8, BuildInfo.Runtime);
        json.WriteString("instance"u8, Environment.MachineName);
        json.WriteNumber("processId"u8, Environment.ProcessId);
        json.WriteNumber("started"u8, _started.ToUnixTimeMilliseconds());
        json.WriteBoolean("isReady"u8, report.IsReady);
        json.WriteBoolean("isStopping"u8, phases.Stopping.IsCancellationRequested);
        json.WriteBoolean("isAlive"u8, lanes.LongestSilenceNow < lanes.LongestSilence);
        json.WriteNumber("consumers"u8, report.Consumers);
        json.WriteString("reason"u8, report.Reason);
        json.WriteEndObject();
        json.WriteStartArray("runbooks"u8);
        foreach (var (name, title) in Runbooks.All)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("title"u8, title);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static DateTimeOffset StartOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime);
    }
}
