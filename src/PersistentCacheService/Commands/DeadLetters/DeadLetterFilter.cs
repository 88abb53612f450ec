namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Which dead letters are meant: those that fit all that is said.</summary>
internal sealed record DeadLetterFilter
{
    /// <summary>Ids, or their first letters; empty: any.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Whether the decoder takes it now; null: either.</summary>
    public bool? AppliesNow { get; init; }

    /// <summary>Part of the reason that <c>list</c> shows, in any case; null: any.</summary>
    public string? Reason { get; init; }

    /// <summary>Age at least, since it was sent; null: any. A message that does not tell when it was sent does not fit.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Whether all are meant.</summary>
    public bool IsEmpty => Ids.Count == 0 && AppliesNow is null && Reason is null && OlderThan is null;

    /// <summary>Whether this one is meant.</summary>
    public bool Fits(DeadLetter letter, DateTimeOffset now) =>
        (Ids.Count == 0 || Ids.Any(id => letter.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)))
        && (AppliesNow is null || AppliesNow == letter.Diagnosis.AppliesNow)
        && (Reason is null || letter.Diagnosis.Group.Contains(Reason, StringComparison.OrdinalIgnoreCase))
        && (OlderThan is null || now - letter.SentAt >= OlderThan);
}
