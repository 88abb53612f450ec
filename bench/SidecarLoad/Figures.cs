namespace SidecarLoad;

/// <summary>What a run brought.</summary>
/// <param name="Server">What was measured.</param>
/// <param name="Cache">Where it reads.</param>
/// <param name="CallsPerSecond">Answered calls.</param>
/// <param name="Latency">Latencies.</param>
/// <param name="IdleMegabytes">Resident memory before the first call.</param>
/// <param name="PeakMegabytes">Most resident memory.</param>
internal sealed record Figures(string Server, string Cache, double CallsPerSecond, Latency Latency, double IdleMegabytes, double PeakMegabytes);
