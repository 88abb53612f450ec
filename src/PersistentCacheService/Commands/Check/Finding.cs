namespace PersistentCacheService.Commands.Check;

/// <summary>What one trial of <c>check</c> found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What was tried, e.g. <c>redis</c>.</param>
/// <param name="Text">What was found; no secrets.</param>
/// <param name="Remedy">What to do, as the second half of a sentence; null: nothing.</param>
internal sealed record Finding(Severity Severity, string Subject, string Text, string? Remedy = null)
{
    /// <summary>All is well.</summary>
    public static Finding Ok(string subject, string text) => new(Severity.Ok, subject, text);

    /// <summary>One line.</summary>
    public override string ToString()
    {
        var word = Severity switch
        {
            Severity.Ok => "ok",
            Severity.Warning => "warn",
            _ => "FAIL",
        };
        return $"{word,-4}  {Subject,-13} {Text}{(Remedy is null ? "" : $"{(Text.EndsWith('.') ? "" : ".")} Remedy: {Remedy}.")}";
    }
}
