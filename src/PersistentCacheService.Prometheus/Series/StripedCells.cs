using System.Numerics;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>
/// Sums that many threads add to at once. Every core has its own stripe on cache lines of its own, so that counting a message
/// on one core never waits for another; reading adds the stripes up. Whole numbers stay exact up to 2^53.
/// </summary>
internal sealed class StripedCells
{
    // 128 bytes: a cache line and the neighbour that the prefetcher fetches with it.
    private const int PaddingInCells = 128 / sizeof(double);

    // More stripes cost memory per series and reading time; past 16 cores two cores share a stripe, which is still correct.
    private const int MaxStripes = 16;

    private static readonly int StripeCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes));

    private readonly double[] _cells;
    private readonly int _stride;

    public StripedCells(int cellsPerStripe)
    {
        _stride = cellsPerStripe + PaddingInCells;
        _cells = new double[PaddingInCells + (_stride * StripeCount)];
    }

    /// <summary>Adds to a cell of the current core's stripe.</summary>
    public void Add(int cell, double value)
    {
        var stripe = Thread.GetCurrentProcessorId() & (StripeCount - 1);
        ref var target = ref _cells[PaddingInCells + (stripe * _stride) + cell];
        var seen = target;
        while (true)
        {
            var before = Interlocked.CompareExchange(ref target, seen + value, seen);
            // Compared as bits: a NaN is not equal to itself and would loop for ever.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The cell's sum over all stripes.</summary>
    public double Total(int cell)
    {
        var total = 0.0;
        for (var i = PaddingInCells + cell; i < _cells.Length; i += _stride)
        {
            total += Volatile.Read(ref _cells[i]);
        }

        return total;
    }
}
