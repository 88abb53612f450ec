using System.Globalization;

namespace DashboardPicture.Drawing;

/// <summary>How values of a unit are printed.</summary>
/// <param name="Factor">What a value is multiplied with.</param>
/// <param name="Suffix">What follows it.</param>
internal readonly record struct Scale(double Factor, string Suffix)
{
    private const string CustomUnit = "suffix:"; // Grafana's way to show any word

    /// <summary>The scale that suits values up to the largest.</summary>
    /// <param name="unit">Grafana's name of the unit.</param>
    /// <param name="largest">In that unit.</param>
    /// <exception cref="ArgumentException">The dashboard uses a unit that is new here.</exception>
    public static Scale For(string unit, double largest) => (unit, largest) switch
    {
        ("none", _) => new(1, ""),
        ("ops", _) => new(1, "/s"),
        ("percentunit", _) => new(100, "%"),
        ("s", >= 1 or <= 0) => new(1, " s"),
        ("s", >= 1e-3) => new(1e3, " ms"),
        ("s", _) => new(1e6, " µs"),
        ("bytes", >= 1 << 20) => new(1.0 / (1 << 20), " MiB"),
        ("bytes", >= 1 << 10) => new(1.0 / (1 << 10), " KiB"),
        ("bytes", _) => new(1, " B"),
        _ when unit.StartsWith(CustomUnit, StringComparison.Ordinal) => new(1, unit[CustomUnit.Length..]),
        _ => throw new ArgumentException($"Nobody knows how to print the unit '{unit}'.", nameof(unit)),
    };

    /// <summary>A value with its unit.</summary>
    /// <param name="value">In Grafana's unit.</param>
    /// <param name="decimals">Digits behind the point; null for at most three, as many as it takes.</param>
    public string Print(double value, int? decimals = null) =>
        (value * Factor).ToString(decimals is { } digits ? "#,0." + new string('0', digits) : "#,0.###", CultureInfo.InvariantCulture) + Suffix;
}
