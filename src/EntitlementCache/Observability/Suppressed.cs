using System.Globalization;

namespace EntitlementCache.Observability;

/// <summary>How many similar log lines were not printed before this one: <c> [3 similar suppressed]</c> at the end of its text, nothing when there were none.</summary>
/// <param name="Count">How many.</param>
internal readonly record struct Suppressed(int Count) : IFormattable
{
    public static implicit operator Suppressed(int count) => new(count);

    /// <inheritdoc/>
    public override string ToString() => Count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" [{Count} similar suppressed]");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();
}
