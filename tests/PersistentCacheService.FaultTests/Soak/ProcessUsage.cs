using System.Globalization;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.Soak;

/// <summary>What a worker takes, read from /proc and from its own metrics once a second.</summary>
internal sealed class ProcessUsage(WorkerProcess worker)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<Sample> _samples = [];

    /// <summary>Takes a sample.</summary>
    public async Task TakeAsync()
    {
        var heap = await worker.MetricAsync("dotnet_gc_heap_size_bytes") ?? 0;
        var status = (await File.ReadAllLinesAsync($"/proc/{worker.Id}/status")).First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var memory = long.Parse(status.AsSpan("VmRSS:".Length, status.Length - "VmRSS: kB".Length + 1).Trim(), CultureInfo.InvariantCulture) * 1024;
        var handles = Directory.GetFiles($"/proc/{worker.Id}/fd");
        var sockets = handles.Count(IsSocket);
        _samples.Add(new Sample(TimeProvider.System.GetElapsedTime(_started).TotalMinutes, memory, heap, handles.Length, sockets));
    }

    /// <summary>The trend after the warm-up.</summary>
    /// <param name="warmUp">Share of the samples that is left out.</param>
    public UsageReport Report(double warmUp)
    {
        var samples = _samples.Skip((int)(_samples.Count * warmUp)).ToArray();
        var tenth = Math.Max(1, samples.Length / 10);
        return new UsageReport(
            MedianMemory: Median(samples, static sample => sample.Memory),
            MemoryGrowth: Slope(samples) * (samples[^1].Minute - samples[0].Minute),
            MegabytesPerHour: Slope(samples) * 60 / 1_048_576,
            FirstHeap: Median(samples[..tenth], static sample => sample.Heap),
            LastHeap: Median(samples[^tenth..], static sample => sample.Heap),
            FirstHandles: (int)Median(samples[..tenth], static sample => sample.Handles),
            LastHandles: (int)Median(samples[^tenth..], static sample => sample.Handles),
            FirstSockets: (int)Median(samples[..tenth], static sample => sample.Sockets),
            LastSockets: (int)Median(samples[^tenth..], static sample => sample.Sockets));
    }

    private static bool IsSocket(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return false;
        }
    }

    private static double Median(Sample[] samples, Func<Sample, double> value) => samples.Select(value).Order().ElementAt(samples.Length / 2);

    /// <summary>Least squares, bytes a minute.</summary>
    private static double Slope(Sample[] samples)
    {
        var (x, y) = (samples.Average(static sample => sample.Minute), samples.Average(static sample => sample.Memory));
        var spread = samples.Sum(sample => (sample.Minute - x) * (sample.Minute - x));
        return spread > 0 ? samples.Sum(sample => (sample.Minute - x) * (sample.Memory - y)) / spread : 0;
    }

    private sealed record Sample(double Minute, double Memory, double Heap, int Handles, int Sockets);
}
