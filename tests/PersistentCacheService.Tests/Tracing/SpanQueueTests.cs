using OpenTelemetry.Trace;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Tests.Tracing;

public sealed class SpanQueueTests
{
    [Theory]
    [InlineData(2048, 512, 5000, 30_000, 2048, 512, 5000, 30_000)]
    [InlineData(0, 0, 0, 0, 1, 1, 100, 0)]
    [InlineData(-1, -1, -1, -1, 1, 1, 100, 0)]
    [InlineData(100, 512, 101, 1, 100, 100, 101, 1)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, 65_536, 65_536, int.MaxValue, int.MaxValue)]
    public void Numbers_that_the_library_refuses_become_the_nearest_that_it_takes(
        int queue, int batch, int delay, int timeout, int fitQueue, int fitBatch, int fitDelay, int fitTimeout)
    {
        var fit = SpanQueue.Fit(new BatchExportActivityProcessorOptions
        {
            MaxQueueSize = queue,
            MaxExportBatchSize = batch,
            ScheduledDelayMilliseconds = delay,
            ExporterTimeoutMilliseconds = timeout,
        });

        Assert.Equal((fitQueue, fitBatch, fitDelay, fitTimeout), (fit.MaxQueueSize, fit.MaxExportBatchSize, fit.ScheduledDelayMilliseconds, fit.ExporterTimeoutMilliseconds));
    }
}
