using System.Buffers;
using System.Text.Json;
using PersistentCacheService.StatusPage.Sections;

namespace PersistentCacheService.StatusPage;

/// <summary>What <c>/status</c> answers: all that the page shows. Made for that page; monitoring belongs on <c>/metrics</c>.</summary>
internal sealed class StatusDocument(
    WorkerSection worker, QueueSection queues, CacheSection cache, HistorySection history, LogSection log, SettingsSection settings)
{
    // An hour of history is about 20 KB.
    private const int InitialCapacity = 32 * 1024;

    /// <summary>The document as of now, in JSON.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var body = new ArrayBufferWriter<byte>(InitialCapacity);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            worker.Write(json);
            queues.Write(json);
            cache.Write(json);
            history.Write(json);
            log.Write(json);
            settings.Write(json);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }
}
