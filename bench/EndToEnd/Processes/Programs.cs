namespace EndToEnd.Processes;

/// <summary>Paths of what eng/bench.sh made ready.</summary>
/// <param name="Worker">The service, published as for its image.</param>
/// <param name="LocalSqs">The emulator.</param>
/// <param name="Peer">The peer's worker.js with its packages; null where Node.js or the peer is missing.</param>
internal sealed record Programs(string Worker, string LocalSqs, string? Peer);
