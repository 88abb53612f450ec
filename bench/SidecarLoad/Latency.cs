namespace SidecarLoad;

/// <summary>How long calls took, in ms.</summary>
/// <param name="P50">Median.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
internal sealed record Latency(double P50, double P95, double P99)
{
    /// <summary>Of some calls, in any order.</summary>
    public static Latency Of(List<double> calls)
    {
        calls.Sort();
        return new Latency(At(calls, 0.5), At(calls, 0.95), At(calls, 0.99));
    }

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];
}
