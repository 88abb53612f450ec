namespace DashboardPicture.Drawing;

/// <summary>From a value on a stat tile has a colour.</summary>
/// <param name="From">The least value; negative infinity for the first one.</param>
/// <param name="Colour">Grafana's name of it.</param>
internal readonly record struct Threshold(double From, string Colour);
