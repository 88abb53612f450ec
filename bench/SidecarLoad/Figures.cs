namespace SidecarLoad;

/// <summary>What a run brought.</summary>
/// <param name="Server">What was measured.</param>
/// <param name="Cache">Where it reads.</param>
/// <param name="CallsPerSecond">Answered calls.</param>
/// <param name="Latency">Latencies.</param>
/// <param name="BusyShare">Share of its core that the server used, 0..1.</param>
/// <param name="IdleMegabytes">Resident memory before the first call.</param>
/// <param name="PeakMegabytes">Most resident memory.</param>
internal sealed record Figures(string Server, string Cache, double CallsPerSecond, Latency Latency, double BusyShare, double IdleMegabytes, double PeakMegabytes);
