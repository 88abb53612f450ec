namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>The dead letters of one reason.</summary>
/// <param name="reason">The reason, without positions.</param>
internal sealed class DeadLetterGroup(string reason)
{
    private const int MostExamples = 3;

    private readonly List<string> _examples = [];
    private readonly SortedSet<string> _types = new(StringComparer.Ordinal);

    /// <summary>The reason.</summary>
    public string Reason => reason;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>When the oldest was sent; null: none of them tells.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <summary>Some ids.</summary>
    public IReadOnlyList<string> Examples => _examples;

    /// <summary>Kinds of message among them.</summary>
    public IReadOnlyCollection<string> Types => _types;

    /// <summary>Groups messages, the largest group first.</summary>
    public static IReadOnlyList<DeadLetterGroup> Sorted(IEnumerable<DeadLetterGroup> groups) =>
        [.. groups.OrderByDescending(static group => group.Count).ThenBy(static group => group.Reason, StringComparer.Ordinal)];

    /// <summary>Takes one in.</summary>
    public void Add(DeadLetter letter)
    {
        Count++;
        if (letter.SentAt is { } sent && (Oldest is null || sent < Oldest))
        {
            Oldest = sent;
        }

        if (_examples.Count < MostExamples)
        {
            _examples.Add(letter.Id);
        }

        _types.Add(letter.Diagnosis.Type.ToString());
    }
}
