namespace TestKit.Faults;

/// <summary>How a connection is cut.</summary>
public enum CutKind
{
    /// <summary>RST to both sides.</summary>
    Reset,

    /// <summary>FIN to both sides: an orderly end in the middle of something.</summary>
    Close,
}
