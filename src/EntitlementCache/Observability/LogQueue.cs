using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace EntitlementCache.Observability;

/// <summary>
/// Serilog sink that never makes its caller wait: lines pass through a bounded queue to a thread that writes them. When the output is not read the
/// queue fills up, further lines are dropped and counted, and the work continues. What a killed process logged in its last milliseconds is lost.
/// </summary>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The thread may still hang in a write when everything else has ended.")]
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    // About 1 KB each, so 4 MB at most. A flood of 20,000 debug lines/s may wait 0.2 s for a reader.
    private const int Capacity = 4096;

    // A pipe takes 64 KB at once. Fewer, larger writes when there is much to write; one write a line when there is little.
    private const int LargestWrite = 16 * 1024;

    // How long the end of the process waits for a write that makes no progress, and how often it waits as long as there is some.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private const int MostWaits = 5;

    private readonly BlockingCollection<LogEvent> _waiting = new(Capacity);
    private readonly CancellationTokenSource _stop = new();
    private readonly ITextFormatter _formatter;
    private readonly Stream _output;
    private readonly MemoryStream _batch = new();
    private readonly StreamWriter _text;
    private readonly Thread _writer;
    private int _linesInBatch;
    private long _written;
    private long _dropped;
    private long _reported;

    /// <summary>Starts the thread.</summary>
    /// <param name="formatter">Form of a line; called by the queue's thread only.</param>
    /// <param name="output">Usually standard output.</param>
    public LogQueue(ITextFormatter formatter, Stream output)
    {
        _formatter = formatter;
        _output = output;
        _text = new StreamWriter(_batch, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

        // In the background: a thread that hangs in a write does not keep the process alive. Not of the pool: nor does it take a thread from the work.
        _writer = new Thread(Run) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Lines dropped so far.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Called on the queue's thread, once it catches up, with how many lines were dropped meanwhile. What it logs is never dropped.</summary>
    public Action<long>? LinesLost { get; set; }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (Environment.CurrentManagedThreadId == _writer.ManagedThreadId)
        {
            Append(logEvent);
        }
        else if (!_waiting.TryAdd(logEvent))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes what is waiting, unless it is not read.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        for (var wait = 0; wait < MostWaits; wait++)
        {
            var before = Volatile.Read(ref _written);
            if (_writer.Join(Patience) || Volatile.Read(ref _written) == before)
            {
                return;
            }
        }
    }

    private void Run()
    {
        while (Next() is { } first)
        {
            Append(first);
            while (_batch.Length < LargestWrite && _waiting.TryTake(out var next))
            {
                Append(next);
            }

            Write();
            if (_waiting.Count < Capacity / 2 && Dropped - _reported is > 0 and var lost)
            {
                _reported += lost;
                LinesLost?.Invoke(lost);
                Write();
            }
        }
    }

    private LogEvent? Next()
    {
        if (_waiting.TryTake(out var next))
        {
            return next;
        }

        try
        {
            return _waiting.Take(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // What came at the same time as the end is still written.
            return _waiting.TryTake(out next) ? next : null;
        }
    }

    private void Append(LogEvent logEvent)
    {
        try
        {
            _formatter.Format(logEvent, _text);
            _text.Flush();
            _linesInBatch++;
        }
        catch (Exception)
        {
            // A value that cannot be printed costs its line, not the process.
            Interlocked.Increment(ref _dropped);
        }
    }

    private void Write()
    {
        try
        {
            _output.Write(_batch.GetBuffer(), 0, (int)_batch.Length);
            _output.Flush();
            Interlocked.Add(ref _written, _linesInBatch);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The output is a file on a full disk, or was closed.
            Interlocked.Add(ref _dropped, _linesInBatch);
        }

        _linesInBatch = 0;
        _batch.SetLength(0);
        if (_batch.Capacity > 4 * LargestWrite)
        {
            // A long stack trace is not worth keeping a large buffer for.
            _batch.Capacity = LargestWrite;
        }
    }
}
