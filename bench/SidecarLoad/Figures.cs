namespace SidecarLoad;

/// <summary>What a run brought.</summary>
/// <param name="CallsPerSecond">Answered calls.</param>
/// <param name="P50">Median, ms.</param>
/// <param name="P95">95th percentile, ms.</param>
/// <param name="P99">99th percentile, ms.</param>
/// <param name="IdleMegabytes">Resident memory before the first call.</param>
/// <param name="PeakMegabytes">Most resident memory.</param>
internal sealed record Figures(double CallsPerSecond, double P50, double P95, double P99, double IdleMegabytes, double PeakMegabytes);
