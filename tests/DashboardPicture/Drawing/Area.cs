namespace DashboardPicture.Drawing;

/// <summary>A rectangle of the picture, px.</summary>
internal readonly record struct Area(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;

    /// <summary>The horizontal place of a second of the recording when the whole recording fills the area.</summary>
    public double Place(double second, double seconds) => X + (second / seconds * Width);

    /// <summary>The part of the area between two seconds of the recording.</summary>
    public Area Part(double from, double to, double seconds) => this with { X = Place(from, seconds), Width = Place(Math.Min(to, seconds), seconds) - Place(from, seconds) };
}
