namespace EndToEnd.Processes;

/// <summary>A bucket of a Prometheus histogram.</summary>
/// <param name="UpperBound">Its bound, included; infinite for the last.</param>
/// <param name="Count">Measurements up to the bound, those of smaller buckets too.</param>
internal readonly record struct Bucket(double UpperBound, double Count);
