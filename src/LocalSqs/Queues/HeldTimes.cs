using System.Numerics;

namespace LocalSqs.Queues;

/// <summary>Times from receive to deletion, counted in 16 steps to the doubling of a microsecond: 8 kB for any number of messages.</summary>
internal sealed class HeldTimes
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;
    private const int Doublings = 44; // 2^44 us are 200 days; SQS ends at 12 hours

    private readonly long[] _counts = new long[Doublings * Steps];
    private long _total;

    /// <summary>Adds a time in ticks of 100 ns.</summary>
    public void Add(long ticks)
    {
        _counts[IndexOf(Math.Max(0, ticks / TimeSpan.TicksPerMicrosecond))]++;
        _total++;
    }

    /// <summary>The upper edge of the step in which the quantile lies, in ms; null without times.</summary>
    /// <param name="share">0..1.</param>
    public double? Quantile(double share)
    {
        if (_total == 0)
        {
            return null;
        }

        var remaining = Math.Max(1, (long)Math.Ceiling(share * _total));
        for (var index = 0; ; index++)
        {
            remaining -= _counts[index];
            if (remaining <= 0)
            {
                return UpperEdge(index) / 1000.0;
            }
        }
    }

    public void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    // Below 16 us each microsecond has a step; from there each doubling has 16.
    private static int IndexOf(long microseconds)
    {
        if (microseconds < Steps)
        {
            return (int)microseconds;
        }

        var doubling = BitOperations.Log2((ulong)microseconds) - StepBits;
        return Math.Min(((doubling + 1) << StepBits) + (int)((microseconds >> doubling) - Steps), (Doublings * Steps) - 1);
    }

    private static long UpperEdge(int index)
    {
        if (index < Steps)
        {
            return index + 1;
        }

        var doubling = (index >> StepBits) - 1;
        return ((index & (Steps - 1)) + Steps + 1L) << doubling;
    }
}
