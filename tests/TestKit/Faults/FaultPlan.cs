namespace TestKit.Faults;

/// <summary>What a <see cref="FaultProxy"/> does to connections. Start from a factory method and combine with <c>with</c>.</summary>
public sealed record FaultPlan
{
    /// <summary>A proxy that is not there.</summary>
    public static readonly FaultPlan None = new();

    /// <summary>New connections are refused; open ones live on (see <see cref="FaultProxy.ResetConnections"/>).</summary>
    public static readonly FaultPlan Refuse = new() { Connect = ConnectFault.Refuse };

    /// <summary>New connections are accepted and then nothing happens; open ones live on.</summary>
    public static readonly FaultPlan Hang = new() { Connect = ConnectFault.Hang };

    /// <summary>Open connections are reset, new ones are accepted and reset.</summary>
    public static readonly FaultPlan Reset = new() { Connect = ConnectFault.Reset, ResetOpen = true };

    /// <summary>Nothing passes in either direction, no FIN, no RST; new connections hang.</summary>
    public static readonly FaultPlan Blackhole = new()
    {
        Connect = ConnectFault.Hang,
        ToServer = new LinkFaults { Blackhole = true },
        ToClient = new LinkFaults { Blackhole = true },
    };

    /// <summary>What happens to new connections.</summary>
    public ConnectFault Connect { get; init; }

    /// <summary>Whether applying the plan resets the connections that are open.</summary>
    public bool ResetOpen { get; init; }

    /// <summary>What happens to what clients send.</summary>
    public LinkFaults ToServer { get; init; } = LinkFaults.None;

    /// <summary>What happens to what the server answers.</summary>
    public LinkFaults ToClient { get; init; } = LinkFaults.None;

    /// <summary>Whether the first cut heals the proxy, so that the next connection works.</summary>
    public bool HealAfterCut { get; init; }

    /// <summary>Cuts once after so many bytes from the server, also in the middle of a frame, then heals.</summary>
    public static FaultPlan CutAnswerAfter(long bytes, CutKind kind = CutKind.Reset) =>
        new() { ToClient = new LinkFaults { CutAfterBytes = bytes, Cut = kind }, HealAfterCut = true };

    /// <summary>Cuts once after so many bytes from a client, also in the middle of a frame, then heals.</summary>
    public static FaultPlan CutRequestAfter(long bytes, CutKind kind = CutKind.Reset) =>
        new() { ToServer = new LinkFaults { CutAfterBytes = bytes, Cut = kind }, HealAfterCut = true };

    /// <summary>Adds latency to the answers.</summary>
    public static FaultPlan Delay(TimeSpan delay, TimeSpan jitter = default) => new() { ToClient = new LinkFaults { Delay = delay, Jitter = jitter } };

    /// <summary>Limits both directions to so many bytes a second.</summary>
    public static FaultPlan Throttle(int bytesPerSecond) =>
        new() { ToServer = new LinkFaults { BytesPerSecond = bytesPerSecond }, ToClient = new LinkFaults { BytesPerSecond = bytesPerSecond } };

    /// <summary>Changes bytes of the answers.</summary>
    public static FaultPlan CorruptAnswers(double perByte) => new() { ToClient = new LinkFaults { CorruptionPerByte = perByte } };

    /// <summary>Delivers both directions in pieces of at most so many bytes.</summary>
    public static FaultPlan Fragment(int maxChunk) =>
        new() { ToServer = new LinkFaults { MaxChunk = maxChunk }, ToClient = new LinkFaults { MaxChunk = maxChunk } };
}
