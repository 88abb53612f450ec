namespace DashboardPicture.Drawing;

/// <summary>One line of a panel.</summary>
/// <param name="Name">As the legend shows it.</param>
/// <param name="Points">In the order of time, with gaps where there was no value.</param>
internal sealed record Series(string Name, IReadOnlyList<Point> Points);
