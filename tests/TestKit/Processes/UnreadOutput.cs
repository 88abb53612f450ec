namespace TestKit.Processes;

/// <summary>An output of a process that goes into a pipe without a reader.</summary>
public enum UnreadOutput
{
    /// <summary>None: both are captured.</summary>
    None,

    /// <summary>The standard output.</summary>
    Standard,

    /// <summary>The standard error.</summary>
    Error,

    /// <summary>Both, into the same pipe.</summary>
    Both,
}
