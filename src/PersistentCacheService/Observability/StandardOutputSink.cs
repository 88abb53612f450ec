using System.Buffers;
using Serilog.Core;
using Serilog.Events;

namespace PersistentCacheService.Observability;

/// <summary>Serilog sink that writes each event to a stream as one UTF-8 line in one write, so that lines of several threads never mix.</summary>
/// <param name="writer">Form of a line.</param>
/// <param name="output">Usually standard output, unbuffered: a killed process has printed what it logged.</param>
internal sealed class StandardOutputSink(LogLineWriter writer, Stream output) : ILogEventSink
{
    // Lines are some hundred bytes; a stack trace may be several kB and is not worth keeping a large buffer for.
    private const int LargestKeptBuffer = 16 * 1024;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _line = new(1024);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            writer.Write(logEvent, _line);
            output.Write(_line.WrittenSpan);
            output.Flush();
            if (_line.Capacity > LargestKeptBuffer)
            {
                _line = new ArrayBufferWriter<byte>(1024);
            }
            else
            {
                _line.ResetWrittenCount();
            }
        }
    }
}
