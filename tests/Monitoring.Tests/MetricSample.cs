namespace Monitoring.Tests;

/// <summary>One line of a page.</summary>
/// <param name="Name">Name of the sample; a histogram's ends in <c>_bucket</c>, <c>_sum</c> or <c>_count</c>.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
