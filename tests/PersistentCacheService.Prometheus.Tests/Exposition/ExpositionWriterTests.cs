using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Prometheus.Exposition;

namespace PersistentCacheService.Prometheus.Tests.Exposition;

public sealed class ExpositionWriterTests
{
    private static string Format(double value)
    {
        Span<byte> target = stackalloc byte[32];
        return Encoding.ASCII.GetString(target[..ExpositionWriter.FormatNumber(value, target)]);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "0")]
    [InlineData(42, "42")]
    [InlineData(-7, "-7")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(9007199254740992, "9007199254740992")]
    [InlineData(1e300, "1E+300")]
    [InlineData(5e-324, "5E-324")]
    [InlineData(-2.2250738585072014E-308, "-2.2250738585072014E-308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_are_written_as_people_and_Prometheus_read_them(double value, string expected) =>
        Assert.Equal(expected, Format(value));

    [Fact]
    public void Every_finite_number_reads_back_as_the_same_double() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<double>().Filter(double.IsFinite),
            value => double.Parse(Format(value), CultureInfo.InvariantCulture) == value)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_page_longer_than_the_first_buffer_arrives_whole()
    {
        using var page = new PooledBuffer(initialCapacity: 16);
        var writer = new ExpositionWriter(page);

        for (var i = 0; i < 5_000; i++)
        {
            writer.WriteSample("some_metric_total "u8, i);
        }

        var lines = Encoding.UTF8.GetString(page.Written.Span).Split('\n');
        Assert.Equal(5_001, lines.Length);
        Assert.Equal("some_metric_total 4999", lines[^2]);
        Assert.Equal(string.Empty, lines[^1]);
    }
}
