using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace SidecarLoad;

/// <summary>
/// One HTTP/2 connection that keeps some calls in flight, each for the next customer: h2load sends one body only. It knows no more of the protocol than a load needs,
/// so that it takes less of its core than the Sidecar of its own.
/// </summary>
/// <param name="port">The Sidecar's port.</param>
/// <param name="request">Makes the framed message of a call by its number.</param>
internal sealed class CustomersInTurn(int port, Func<int, byte[]> request)
{
    private const int HeadLength = 9;

    private const byte DataFrame = 0;
    private const byte HeadersFrame = 1;
    private const byte ResetFrame = 3;
    private const byte SettingsFrame = 4;
    private const byte PingFrame = 6;
    private const byte GoAwayFrame = 7;
    private const byte WindowFrame = 8;

    private const byte EndOfStream = 1; // Of settings and pings: that it is an answer.
    private const byte EndOfHeaders = 4;

    private readonly Dictionary<int, long> _began = [];
    private readonly List<double> _latencies = [];
    private readonly MemoryStream _output = new();
    private readonly byte[] _headers = HeadersOf(port);
    private int _calls;

    /// <summary>Calls without a pause.</summary>
    /// <param name="inFlight">Calls at once.</param>
    /// <param name="duration">How long.</param>
    /// <returns>How long each call took, ms.</returns>
    /// <exception cref="InvalidOperationException">A call failed.</exception>
    public async Task<List<double>> RunAsync(int inFlight, TimeSpan duration)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = client.GetStream();
        _output.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // No table of headers, so that trailers are spelled out; all that the server can send fits into the windows.
        WriteFrame(SettingsFrame, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF]);
        WriteFrame(WindowFrame, 0, 0, [0x7F, 0xFE, 0, 0]);
        for (var i = 0; i < inFlight; i++)
        {
            WriteCall();
        }

        var (buffer, length, end) = (new byte[256 * 1024], 0, Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency));
        while (_began.Count > 0)
        {
            await stream.WriteAsync(_output.GetBuffer().AsMemory(0, (int)_output.Length));
            _output.SetLength(0);
            var read = await stream.ReadAsync(buffer.AsMemory(length));
            length = read > 0 ? length + read : throw new InvalidOperationException("The connection was closed.");
            var taken = Take(buffer.AsSpan(0, length), isOver: Stopwatch.GetTimestamp() >= end);
            buffer.AsSpan(taken, length - taken).CopyTo(buffer);
            length -= taken;
        }

        return _latencies;
    }

    private static byte[] HeadersOf(int port)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in ((string, string)[])
            [(":method", "POST"), (":scheme", "http"), (":path", "/stigg.sidecar.v1.SidecarService/GetMeteredEntitlement"), (":authority", $"127.0.0.1:{port}"),
            ("content-type", "application/grpc"), ("te", "trailers")])
        {
            // A literal without a place in the table, both lengths below 127.
            block.WriteByte(0);
            block.WriteByte((byte)name.Length);
            block.Write(Encoding.ASCII.GetBytes(name));
            block.WriteByte((byte)value.Length);
            block.Write(Encoding.ASCII.GetBytes(value));
        }

        return block.ToArray();
    }

    private void WriteCall()
    {
        var stream = (_calls * 2) + 1;
        WriteFrame(HeadersFrame, EndOfHeaders, stream, _headers);
        WriteFrame(DataFrame, EndOfStream, stream, request(_calls++));
        _began[stream] = Stopwatch.GetTimestamp();
    }

    private void WriteFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        _output.Write(head);
        _output.Write(payload);
    }

    /// <summary>Takes the complete frames.</summary>
    /// <returns>Their length.</returns>
    private int Take(ReadOnlySpan<byte> received, bool isOver)
    {
        var taken = 0;
        while (received.Length - taken >= HeadLength)
        {
            var frame = received[taken..];
            var length = BinaryPrimitives.ReadInt32BigEndian(frame) >> 8 & 0xFF_FFFF;
            if (frame.Length < HeadLength + length)
            {
                break;
            }

            Handle(frame[3], frame[4], BinaryPrimitives.ReadInt32BigEndian(frame[5..]), frame.Slice(HeadLength, length), isOver);
            taken += HeadLength + length;
        }

        return taken;
    }

    private void Handle(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, bool isOver)
    {
        switch (type)
        {
            case HeadersFrame when (flags & EndOfStream) != 0:
                if (payload.IndexOf("grpc-status\u00010"u8) < 0)
                {
                    throw new InvalidOperationException($"A call failed: {Encoding.ASCII.GetString(payload)}");
                }

                _latencies.Add(Stopwatch.GetElapsedTime(_began[stream]).TotalMilliseconds);
                _began.Remove(stream);
                if (!isOver)
                {
                    WriteCall();
                }

                break;
            case SettingsFrame or PingFrame when (flags & EndOfStream) == 0:
                WriteFrame(type, EndOfStream, 0, type == PingFrame ? payload : []);
                break;
            case ResetFrame or GoAwayFrame:
                throw new InvalidOperationException($"The server ended a call or the connection: {Convert.ToHexString(payload)}");
            default:
                break; // Messages are checked before and after, windows are large enough.
        }
    }
}
