using System.Globalization;

namespace PersistentCacheService.Prometheus.Series;

/// <summary>The labels of one series, as the dictionary key of its family; equal whatever the order of the tags.</summary>
internal sealed class LabelSet
{
    private readonly KeyValuePair<string, string>[] _labels;

    public LabelSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _labels = new KeyValuePair<string, string>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            _labels[i] = new(tags[i].Key, ValueOf(tags[i].Value));
        }
    }

    /// <summary>Names as the recording code spells them, values as text, in the order of the first measurement.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Labels => _labels;

    /// <summary>A tag's value as text; allocates nothing for strings, the only values the recording path should use.</summary>
    public static string ValueOf(object? value) => value switch
    {
        string text => text,
        null => string.Empty,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
