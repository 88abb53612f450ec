namespace PersistentCacheService.Prometheus;

/// <summary>One label with every value it can take, for <see cref="PrometheusRegistry.Declare(string, LabelValues[])"/>.</summary>
/// <param name="name">The tag's name as the code that records it spells it.</param>
/// <param name="values">All values the label can take; a bounded set, known before the first measurement.</param>
public readonly struct LabelValues(string name, params IReadOnlyList<string> values)
{
    /// <summary>The tag's name.</summary>
    public string Name { get; } = name;

    /// <summary>All values the label can take.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
