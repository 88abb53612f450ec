using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using PersistentCacheService.Sentry.Events;

namespace PersistentCacheService.Sentry.Transport;

/// <summary>One event as it goes over the wire: header, item header and payload, a line each.</summary>
internal static class Envelope
{
    /// <summary>Writes the three lines.</summary>
    /// <param name="captured">The event.</param>
    /// <param name="writer">Writes the event's JSON.</param>
    /// <param name="dsn">Where it goes.</param>
    /// <param name="sentAt">The time of sending: Sentry corrects a wrong clock by it.</param>
    public static ReadOnlyMemory<byte> Write(SentryEvent captured, EventWriter writer, Dsn dsn, DateTimeOffset sentAt)
    {
        var payload = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new Utf8JsonWriter(payload, EventWriter.JsonOptions))
        {
            writer.Write(json, captured);
        }

        var envelope = new ArrayBufferWriter<byte>(payload.WrittenCount + 512);
        using (var json = new Utf8JsonWriter(envelope, EventWriter.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("event_id"u8, SentryFormat.Id(captured.Id));
            json.WriteString("sent_at"u8, SentryFormat.Time(sentAt));
            json.WriteString("dsn"u8, dsn.Canonical);
            json.WritePropertyName("sdk"u8);
            SentryFormat.WriteSdk(json);
            json.WriteEndObject();
            json.Flush();
            envelope.Write("\n"u8);

            json.Reset();
            json.WriteStartObject();
            json.WriteString("type"u8, "event"u8);
            json.WriteNumber("length"u8, payload.WrittenCount);
            json.WriteString("content_type"u8, "application/json"u8);
            json.WriteEndObject();
        }

        envelope.Write("\n"u8);
        envelope.Write(payload.WrittenSpan);
        envelope.Write("\n"u8);
        return envelope.WrittenMemory;
    }

    /// <summary>The same, compressed with gzip.</summary>
    public static byte[] Compress(ReadOnlyMemory<byte> envelope)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(envelope.Span);
        }

        return compressed.ToArray();
    }
}
