namespace DashboardPicture.Drawing;

/// <summary>A value of a series.</summary>
/// <param name="Second">When, since the recording began.</param>
/// <param name="Value">In the panel's unit; never NaN.</param>
internal readonly record struct Point(double Second, double Value);
