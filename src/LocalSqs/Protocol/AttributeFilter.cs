using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>Chooses among a message's own attributes: <c>All</c>, <c>.*</c>, <c>prefix.*</c> or names.</summary>
internal sealed class AttributeFilter
{
    private const string AnySuffix = ".*";

    private readonly List<string> _names = [];
    private readonly List<string> _prefixes = [];

    public bool MatchesAll { get; private set; }

    public void Add(string pattern)
    {
        if (pattern is "All" or AnySuffix)
        {
            MatchesAll = true;
        }
        else if (pattern.EndsWith(AnySuffix, StringComparison.Ordinal))
        {
            _prefixes.Add(pattern[..^AnySuffix.Length]);
        }
        else
        {
            _names.Add(pattern);
        }
    }

    /// <summary>The chosen ones, in their order.</summary>
    public IReadOnlyList<MessageAttribute> Apply(IReadOnlyList<MessageAttribute> attributes) =>
        MatchesAll || attributes.Count == 0 ? attributes : [.. attributes.Where(Matches)];

    private bool Matches(MessageAttribute attribute) =>
        _names.Contains(attribute.Name) || _prefixes.Exists(prefix => attribute.Name.StartsWith(prefix, StringComparison.Ordinal));
}
