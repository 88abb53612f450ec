namespace TestKit.Browser;

/// <summary>What a page is shown on.</summary>
/// <param name="Width">Width in CSS pixels.</param>
/// <param name="Height">Height in CSS pixels.</param>
/// <param name="IsDark">Whether its user prefers dark colours.</param>
public sealed record BrowserScreen(int Width, int Height, bool IsDark = false)
{
    /// <summary>A desktop's window.</summary>
    public static BrowserScreen Desktop { get; } = new(1200, 900);

    /// <summary>A small phone.</summary>
    public static BrowserScreen Phone { get; } = new(360, 740);

    /// <summary>The same in dark.</summary>
    public BrowserScreen Dark => this with { IsDark = true };
}
