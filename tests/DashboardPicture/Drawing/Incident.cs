namespace DashboardPicture.Drawing;

/// <summary>Something that was done to the worker's surroundings while it was recorded; a coloured band in every panel.</summary>
/// <param name="What">Its name.</param>
/// <param name="From">Second it began.</param>
/// <param name="To">Second it ended.</param>
/// <param name="Colour">The band's, light enough to draw on.</param>
internal sealed record Incident(string What, double From, double To, string Colour);
