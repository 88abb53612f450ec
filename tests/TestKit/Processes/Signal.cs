namespace TestKit.Processes;

/// <summary>The signals tests send, with their numbers on Linux (signal(7), x86 and ARM).</summary>
public enum Signal
{
    /// <summary>Sends nothing; only checks that the process exists.</summary>
    None = 0,

    /// <summary>Asks to reread the configuration.</summary>
    Hangup = 1,

    /// <summary>What Ctrl-C sends.</summary>
    Interrupt = 2,

    /// <summary>Ends at once, without a chance to clean up.</summary>
    Kill = 9,

    /// <summary>Asks to end, as Kubernetes does.</summary>
    Terminate = 15,

    /// <summary>Lets a stopped process go on.</summary>
    Continue = 18,

    /// <summary>Freezes the process: its sockets stay open, nothing answers.</summary>
    Stop = 19,
}
