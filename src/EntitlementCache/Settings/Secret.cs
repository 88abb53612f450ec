namespace EntitlementCache.Settings;

/// <summary>A text that must never reach a log, a metric or an exception: printing it prints a placeholder.</summary>
/// <param name="value">The text itself.</param>
internal sealed class Secret(string value)
{
    /// <summary>The text itself; pass it on only to what authenticates with it.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "[secret]";
}
