namespace LocalSqs;

/// <summary>How many messages of a queue are where; exact, unlike AWS's approximations.</summary>
/// <param name="Ready">Can be received.</param>
/// <param name="InFlight">Received and hidden.</param>
public sealed record QueueCounts(int Ready, int InFlight)
{
    /// <summary>All of them.</summary>
    public int Total => Ready + InFlight;
}
