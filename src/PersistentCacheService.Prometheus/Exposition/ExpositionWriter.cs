using System.Buffers;
using System.Globalization;

namespace PersistentCacheService.Prometheus.Exposition;

/// <summary>Writes lines of the text format 0.0.4: UTF-8, LF, the invariant culture's numbers.</summary>
internal sealed class ExpositionWriter(IBufferWriter<byte> output)
{
    // The longest shortest-round-trip double ("-2.2250738585072014E-308") has 24 characters.
    private const int MaxNumberLength = 32;

    // Up to here every whole number has a double of its own; printed without exponent, as people read counters.
    private const double MaxExactInteger = 1L << 53;

    /// <summary>Writes a ready-made piece (HELP and TYPE lines are rendered once per family).</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    /// <summary>Writes one sample line.</summary>
    /// <param name="prefix">Name, labels and the blank, as <see cref="LineRenderer"/> made them.</param>
    /// <param name="value">Any double, NaN and the infinities included.</param>
    public void WriteSample(ReadOnlySpan<byte> prefix, double value)
    {
        var line = output.GetSpan(prefix.Length + MaxNumberLength + 1);
        prefix.CopyTo(line);
        var length = prefix.Length + FormatNumber(value, line[prefix.Length..]);
        line[length] = (byte)'\n';
        output.Advance(length + 1);
    }

    /// <summary>Formats a number so that reading it back gives the same double.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int FormatNumber(double value, Span<byte> target)
    {
        int written;
        if (Math.Abs(value) <= MaxExactInteger && Math.Floor(value) == value)
        {
            ((long)value).TryFormat(target, out written, provider: CultureInfo.InvariantCulture);
        }
        else if (double.IsFinite(value))
        {
            value.TryFormat(target, out written, "R", CultureInfo.InvariantCulture);
        }
        else
        {
            var name = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            name.CopyTo(target);
            written = name.Length;
        }

        return written;
    }
}
