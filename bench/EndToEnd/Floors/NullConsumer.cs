using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Floors;

/// <summary>
/// Receives and deletes and looks at nothing: HTTP written by hand over plain sockets, unsigned, no JSON reader. What it reaches is what the
/// emulator can give on its core, and the processor time it needs is the least that any client of this protocol can need on .NET.
/// </summary>
internal sealed class NullConsumer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _receive;
    private readonly string _host;
    private readonly string _queueUrl;
    private byte[] _buffer = new byte[64 * 1024];

    private NullConsumer(Uri endpoint, string queueUrl, int batchSize)
    {
        _host = endpoint.Authority;
        _queueUrl = queueUrl;
        _receive = Request("ReceiveMessage", $"{{\"QueueUrl\":\"{queueUrl}\",\"MaxNumberOfMessages\":{batchSize},\"WaitTimeSeconds\":20}}");
    }

    /// <summary>Drains for ever, with so many loops as CONSUMERS says. Settings are those of the worker.</summary>
    public static async Task RunAsync()
    {
        var endpoint = new Uri(Setting("SQS_ENDPOINT"));
        var batchSize = int.Parse(Setting("BATCH_SIZE"), CultureInfo.InvariantCulture);
        var loops = Enumerable.Range(0, int.Parse(Setting("CONSUMERS"), CultureInfo.InvariantCulture)).Select(async _ =>
        {
            using var consumer = new NullConsumer(endpoint, Setting("QUEUE_URL"), batchSize);
            await consumer._socket.ConnectAsync(endpoint.Host, endpoint.Port);
            while (true)
            {
                await consumer.DrainOnceAsync();
            }
        });
        await Task.WhenAll(loops);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    private async Task DrainOnceAsync()
    {
        var body = await ExchangeAsync(_receive);
        if (MakeDelete(_buffer.AsSpan(body)) is { } delete)
        {
            await ExchangeAsync(Request("DeleteMessageBatch", delete));
        }
    }

    /// <summary>Sends a request and reads its whole answer into the buffer.</summary>
    /// <returns>Where the answer's body lies.</returns>
    private async ValueTask<Range> ExchangeAsync(byte[] request)
    {
        await _socket.SendAsync(request);
        var filled = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            if (read == 0)
            {
                throw new IOException("The emulator closed the connection.");
            }

            filled += read;
            if (FindBody(_buffer.AsSpan(0, filled)) is { } body && body.End.Value <= filled)
            {
                return body;
            }

            if (filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }
    }

    private static Range? FindBody(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        const string Name = "Content-Length: ";
        var at = answer.IndexOf("Content-Length: "u8) + Name.Length;
        return Utf8Parser.TryParse(answer[at..], out int length, out _)
            ? (head + 4)..(head + 4 + length)
            : throw new InvalidDataException("The answer does not tell its length.");
    }

    private string? MakeDelete(ReadOnlySpan<byte> body)
    {
        var name = "\"ReceiptHandle\":\""u8;
        StringBuilder? entries = null;
        for (var count = 0; ; count++)
        {
            var at = body.IndexOf(name);
            if (at < 0)
            {
                return entries?.Append("]}").ToString();
            }

            body = body[(at + name.Length)..];
            var handle = Encoding.ASCII.GetString(body[..body.IndexOf((byte)'"')]);
            entries ??= new StringBuilder($"{{\"QueueUrl\":\"{_queueUrl}\",\"Entries\":[");
            entries.Append(count > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{{\"Id\":\"{count}\",\"ReceiptHandle\":\"{handle}\"}}");
        }
    }

    private byte[] Request(string operation, string body) => Encoding.ASCII.GetBytes(
        $"POST / HTTP/1.1\r\nHost: {_host}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.{operation}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
