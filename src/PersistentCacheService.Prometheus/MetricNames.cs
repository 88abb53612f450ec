using System.Buffers;

namespace PersistentCacheService.Prometheus;

/// <summary>What the text format allows as metric and label name.</summary>
internal static class MetricNames
{
    private const string LabelCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    private static readonly SearchValues<char> AllowedInMetric = SearchValues.Create(LabelCharacters + ":");

    private static readonly SearchValues<char> AllowedInLabel = SearchValues.Create(LabelCharacters);

    /// <summary>The metric's name; other libraries' dotted names (<c>http.server.duration</c>) become legal, ours pass unchanged.</summary>
    public static string Metric(string name) => Legal(name, AllowedInMetric);

    /// <summary>The label's name, made legal in the same way.</summary>
    public static string Label(string name) => Legal(name, AllowedInLabel);

    private static string Legal(string name, SearchValues<char> allowed)
    {
        var startsWithDigit = name.Length > 0 && char.IsAsciiDigit(name[0]);
        if (name.Length > 0 && !startsWithDigit && !name.AsSpan().ContainsAnyExcept(allowed))
        {
            return name;
        }

        var legal = string.Create(name.Length, (name, allowed), static (result, source) =>
        {
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = source.allowed.Contains(source.name[i]) ? source.name[i] : '_';
            }
        });
        return startsWithDigit || legal.Length == 0 ? "_" + legal : legal;
    }
}
