using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;

namespace PersistentCacheService.Observability.Runtime;

/// <summary>
/// Reads <see cref="ProcessFigures"/> from /proc/self, elsewhere from <see cref="Process"/>. One reading serves the ten gauges
/// of one scrape.
/// </summary>
internal sealed class ProcessFiguresReader(TimeProvider time)
{
    // All gauges of a scrape are asked within a few milliseconds; scrapes are seconds apart.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _reading = new();
    private readonly byte[] _status = new byte[4096];
    private ProcessFigures _figures;
    private long? _readAt;

    /// <summary>The current figures.</summary>
    /// <exception cref="IOException">/proc could not be read: the gauges stay off the page.</exception>
    public ProcessFigures Read()
    {
        lock (_reading)
        {
            if (_readAt is not { } readAt || time.GetElapsedTime(readAt) >= Lifetime)
            {
                _figures = OperatingSystem.IsLinux() ? FromProc() : FromProcess();
                _readAt = time.GetTimestamp();
            }

            return _figures;
        }
    }

    /// <summary>The soft limit of open files; null where there is none or none is known.</summary>
    public static long? MaxOpenFiles()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // "Max open files            1024                 524288               files"
        const string Row = "Max open files";
        var row = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        var soft = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    /// <summary>A row of /proc/self/status: <c>VmRSS:	   61440 kB</c> gives 61440.</summary>
    /// <returns>The number, 0 when the row is missing.</returns>
    internal static long Row(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        foreach (var range in status.Split((byte)'\n'))
        {
            var line = status[range];
            if (line.StartsWith(name))
            {
                var value = line[name.Length..].TrimStart(": \t"u8);
                return Utf8Parser.TryParse(value, out long number, out _) ? number : 0;
            }
        }

        return 0;
    }

    private ProcessFigures FromProc()
    {
        using var file = File.OpenHandle("/proc/self/status");
        ReadOnlySpan<byte> status = _status.AsSpan(0, RandomAccess.Read(file, _status, fileOffset: 0));
        return new ProcessFigures(
            Row(status, "VmSize"u8) * 1024,
            Row(status, "VmRSS"u8) * 1024,
            Row(status, "VmData"u8) * 1024,
            (int)Row(status, "Threads"u8),
            // Counted without a string per entry; the enumeration's own descriptor is one of them, as in every such exporter.
            new FileSystemEnumerable<bool>("/proc/self/fd", static (ref _) => true).Count());
    }

    private static ProcessFigures FromProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessFigures(
            process.VirtualMemorySize64,
            process.WorkingSet64,
            process.PrivateMemorySize64,
            process.Threads.Count,
            process.HandleCount);
    }
}
