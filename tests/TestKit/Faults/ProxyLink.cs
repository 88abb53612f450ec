using System.Net.Sockets;
using System.Threading.Channels;

namespace TestKit.Faults;

/// <summary>One direction of a connection: reads ahead with the time each chunk is due, and delivers chunks when they are.</summary>
internal sealed class ProxyLink(
    FaultProxy proxy, ProxyConnection connection, Socket from, Socket to, Func<FaultPlan, LinkFaults> faultsOf, int seed)
{
    private const int ChunkBytes = 16 * 1024;

    // 64 chunks = 1 MB in flight: enough for a delay not to limit the throughput in tests, small enough to push back.
    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(64);
    // Two generators: corruption must not depend on how often the jitter draws, nor on its thread.
    private readonly Random _jitter = new(seed);
    private readonly Random _corruption = new(~seed);
    private PlanInForce? _countedFor;
    private long _passed;
    private long _nextCorruption = -1;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reading = ReadAsync(cancellationToken);
        await foreach (var chunk in _chunks.Reader.ReadAllAsync(cancellationToken))
        {
            await WaitUntilDueAsync(chunk.Due, cancellationToken);
            await DeliverAsync(chunk.Bytes, cancellationToken);
        }

        await reading;
        await WaitWhileBlackholeAsync(cancellationToken);
        ProxyConnection.ShutdownSending(to);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var buffer = new byte[ChunkBytes];
            var lastDue = 0L;
            while (await from.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
            {
                var faults = faultsOf(proxy.Plan);
                var delay = faults.Delay + (faults.Jitter * _jitter.NextDouble());
                lastDue = Math.Max(lastDue, TimeProvider.System.GetTimestamp() + (long)(delay.TotalSeconds * TimeProvider.System.TimestampFrequency));
                await _chunks.Writer.WriteAsync(new Chunk(buffer.AsMemory(0, count).ToArray(), lastDue), cancellationToken);
            }
        }
        catch (SocketException exception)
        {
            // The sender reset the connection: what it sent before still arrives, then the link fails. Not while a blackhole swallows it.
            failure = exception;
            await WaitWhileBlackholeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            failure = exception;
        }

        _chunks.Writer.Complete(failure);
    }

    private async Task DeliverAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await WaitWhileBlackholeAsync(cancellationToken);
            var inForce = proxy.InForce;
            var faults = faultsOf(inForce.Plan);
            CountFor(inForce, faults);

            var length = PieceLength(bytes.Length, faults);
            var cutHere = faults.CutAfterBytes is { } limit && _passed + length >= limit;
            if (cutHere)
            {
                length = (int)Math.Max(0, faults.CutAfterBytes!.Value - _passed);
            }

            var piece = bytes[..length];
            Corrupt(piece.Span, faults.CorruptionPerByte);
            await SendAllAsync(piece, cancellationToken);
            _passed += length;
            bytes = bytes[length..];
            if (cutHere)
            {
                proxy.AfterCut(inForce);
                connection.Cut(faults.Cut);
                cancellationToken.ThrowIfCancellationRequested();
                return;
            }

            if (faults.BytesPerSecond is { } rate)
            {
                await WaitAsync(inForce, TimeSpan.FromSeconds((double)length / rate), cancellationToken);
            }
        }
    }

    /// <summary>Bytes are counted, and corruptions drawn, from the moment a plan comes into force.</summary>
    private void CountFor(PlanInForce inForce, LinkFaults faults)
    {
        if (!ReferenceEquals(inForce, _countedFor))
        {
            _countedFor = inForce;
            _passed = 0;
            _nextCorruption = NextCorruption(-1, faults.CorruptionPerByte);
        }
    }

    private static int PieceLength(int available, LinkFaults faults)
    {
        var length = Math.Min(available, faults.MaxChunk ?? int.MaxValue);
        // A twentieth of a second's worth at a time: a steady trickle instead of one burst a second.
        return faults.BytesPerSecond is { } rate ? Math.Min(length, Math.Max(1, rate / 20)) : length;
    }

    private void Corrupt(Span<byte> piece, double perByte)
    {
        while (_nextCorruption >= 0 && _nextCorruption < _passed + piece.Length)
        {
            piece[(int)(_nextCorruption - _passed)] ^= (byte)_corruption.Next(1, 256);
            _nextCorruption = NextCorruption(_nextCorruption, perByte);
        }
    }

    /// <summary>Position of the next corrupted byte, drawn from the geometric distribution so that it does not depend on how the bytes are chunked; -1 for none.</summary>
    private long NextCorruption(long last, double perByte) => perByte switch
    {
        <= 0 => -1,
        >= 1 => last + 1,
        _ => last + 1 + (long)(Math.Log(1 - _corruption.NextDouble()) / Math.Log(1 - perByte)),
    };

    private async Task SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }

    private async Task WaitUntilDueAsync(long due, CancellationToken cancellationToken)
    {
        var inForce = proxy.InForce;
        var wait = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
        if (wait > TimeSpan.Zero && faultsOf(inForce.Plan) is { } faults && faults.Delay + faults.Jitter > TimeSpan.Zero)
        {
            await WaitAsync(inForce, wait, cancellationToken);
        }
    }

    private async Task WaitWhileBlackholeAsync(CancellationToken cancellationToken)
    {
        while (proxy.InForce is var inForce && faultsOf(inForce.Plan).Blackhole)
        {
            await inForce.Replaced.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits, but not longer than the plan is in force.</summary>
    private static async Task WaitAsync(PlanInForce inForce, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(wait, TimeProvider.System, over.Token), inForce.Replaced);
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private readonly record struct Chunk(Memory<byte> Bytes, long Due);
}
