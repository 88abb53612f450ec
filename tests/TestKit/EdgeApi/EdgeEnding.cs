namespace TestKit.EdgeApi;

/// <summary>How a call to the <see cref="FakeEdgeApi"/> ends.</summary>
internal enum EdgeEnding
{
    Complete,
    Hang,
    HangInBody,
    Reset,
    CutInBody,
}
