using System.Diagnostics.CodeAnalysis;
using System.Text;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using TestKit;

namespace PersistentCacheService.Tests.Observability;

public sealed class LogQueueTests
{
    [Fact]
    public async Task While_nobody_reads_nothing_waits_and_afterwards_one_line_says_how_many_are_missing()
    {
        await using var output = new BlockedOutput();
        using var log = new JsonLog(LoggingSettings.Default, output);
        var logger = log.CreateProvider().CreateLogger("test");

        // The writer is in its first write before the flood begins.
        logger.LogInformation("first");
        await output.WaitUntilWritingAsync();
        for (var line = 0; line < 10_000; line++)
        {
            logger.LogInformation("flood {Line}", line);
        }

        Assert.Equal(10_000 - 4096, log.DroppedLines);
        output.Open();
        await Eventually.HoldsAsync(() => Task.FromResult(output.Text.Contains("\"event\":1010", StringComparison.Ordinal)), "the missing lines are told");
        logger.LogInformation("last");
        await Eventually.HoldsAsync(() => Task.FromResult(output.Text.Contains("last", StringComparison.Ordinal)), "lines flow again");

        var lines = output.Text.TrimEnd('\n').Split('\n');
        Assert.Equal(1 + 4096 + 1 + 1, lines.Length);
        Assert.Contains($"\"lines\":{10_000 - 4096},", Assert.Single(lines, static line => line.Contains("\"event\":1010", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_logged_before_the_end_is_written()
    {
        await using var output = new BlockedOutput();
        output.Open();
        using (var log = new JsonLog(LoggingSettings.Default, output))
        {
            for (var line = 0; line < 1000; line++)
            {
                log.CreateProvider().CreateLogger("test").LogInformation("{Line}", line);
            }
        }

        Assert.Equal(1000, output.Text.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task An_output_that_nobody_reads_does_not_keep_the_end_waiting()
    {
        await using var output = new BlockedOutput();
        var log = new JsonLog(LoggingSettings.Default, output);
        log.CreateProvider().CreateLogger("test").LogInformation("stuck");
        await output.WaitUntilWritingAsync();

        // The test would hang here.
        log.Dispose();
    }

    [Fact]
    public async Task A_failing_output_costs_the_line_and_nothing_else()
    {
        await using var output = new BlockedOutput { Failure = new IOException("No space left on device") };
        output.Open();
        using var log = new JsonLog(LoggingSettings.Default, output);
        var logger = log.CreateProvider().CreateLogger("test");
        logger.LogInformation("lost");
        await Eventually.HoldsAsync(() => Task.FromResult(log.DroppedLines >= 1), "the line is counted");
        output.Failure = null;
        logger.LogInformation("kept");

        await Eventually.HoldsAsync(() => Task.FromResult(output.Text.Contains("kept", StringComparison.Ordinal)), "lines flow again");
    }

    [Fact]
    public async Task A_value_that_cannot_be_printed_costs_its_line_and_nothing_else()
    {
        await using var output = new BlockedOutput();
        output.Open();
        using var log = new JsonLog(LoggingSettings.Default, output);
        var logger = log.CreateProvider().CreateLogger("test");
        logger.LogError(new Unprintable(), "bad");
        logger.LogInformation("good");

        await Eventually.HoldsAsync(() => Task.FromResult(output.Text.Contains("good", StringComparison.Ordinal)), "the next line is written");
        Assert.Equal(1, log.DroppedLines);
    }

    private sealed class Unprintable : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }

    /// <summary>A pipe that nobody reads until it is opened.</summary>
    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "The queue's thread may still wait for it.")]
    private sealed class BlockedOutput : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();

        public Exception? Failure { get; set; }

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public Task WaitUntilWritingAsync() => _writing.Task;

        public void Open() => _open.Set();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _writing.TrySetResult();
            _open.Wait();
            if (Failure is { } failure)
            {
                throw failure;
            }

            lock (_gate)
            {
                base.Write(buffer, offset, count);
            }
        }

        protected override void Dispose(bool disposing)
        {
            _open.Set();
            base.Dispose(disposing);
        }
    }
}
