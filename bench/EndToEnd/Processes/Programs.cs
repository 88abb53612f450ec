namespace EndToEnd.Processes;

/// <summary>Paths of what eng/bench.sh made ready.</summary>
/// <param name="Worker">The service, published as for its image.</param>
/// <param name="Baseline">The same of the commit that it is compared with; null where git does not have it.</param>
/// <param name="LocalSqs">The emulator.</param>
/// <param name="Peer">The peer's worker.js with its packages; null where Node.js or the peer is missing.</param>
internal sealed record Programs(string Worker, string? Baseline, string LocalSqs, string? Peer);
