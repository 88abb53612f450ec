using System.Globalization;

namespace PersistentCacheService.FaultTests.Soak;

/// <summary>How a process's needs developed.</summary>
/// <param name="MedianMemory">Resident memory, bytes.</param>
/// <param name="MemoryGrowth">By the trend over the whole time, bytes.</param>
/// <param name="MegabytesPerHour">The trend.</param>
/// <param name="FirstHeap">Managed objects that survived the last collection at the beginning, bytes.</param>
/// <param name="LastHeap">The same at the end.</param>
/// <param name="FirstHandles">Open files at the beginning.</param>
/// <param name="LastHandles">Open files at the end.</param>
/// <param name="FirstSockets">Sockets at the beginning.</param>
/// <param name="LastSockets">Sockets at the end.</param>
internal sealed record UsageReport(
    double MedianMemory, double MemoryGrowth, double MegabytesPerHour, double FirstHeap, double LastHeap, int FirstHandles, int LastHandles, int FirstSockets, int LastSockets)
{
    /// <summary>In words, without the trend of the memory.</summary>
    public string WithoutTrend => string.Create(
        CultureInfo.InvariantCulture, $"RSS {MedianMemory / 1_048_576:0} MB, managed heap {FirstHeap / 1_048_576:0} to {LastHeap / 1_048_576:0} MB, handles {FirstHandles} to {LastHandles}, sockets {FirstSockets} to {LastSockets}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{WithoutTrend}, trend {MegabytesPerHour:+0.0;-0.0} MB/h");
}
