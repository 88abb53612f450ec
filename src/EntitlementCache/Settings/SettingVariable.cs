using System.Collections.Immutable;
using System.Globalization;

namespace EntitlementCache.Settings;

/// <summary>One environment variable: what the reader checks and what the reference documentation prints.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="Meaning">One sentence for the operator.</param>
internal sealed record SettingVariable(string Name, SettingKind Kind, string Meaning)
{
    /// <summary>The service does not start without it.</summary>
    public bool Required { get; init; }

    /// <summary>Text that stands for an absent or empty variable; null: absent stays absent.</summary>
    public string? Default { get; init; }

    /// <summary>What the documentation says in place of <see cref="Default"/> when the default is computed.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>Another name of the same variable. Both set to different values is an error.</summary>
    public string? Alias { get; init; }

    /// <summary>A URL of scheme, host and port alone: a path is refused.</summary>
    public bool IsOrigin { get; init; }

    /// <summary>A text that may be shown to all who may see the metrics, as the start's log line shows it. Of other texts it is only said that they are set: they can be private.</summary>
    public bool IsShown { get; init; }

    /// <summary>Smallest allowed number.</summary>
    public long Min { get; init; } = long.MinValue;

    /// <summary>Largest allowed number.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>A number inside the range that is still refused.</summary>
    public long? Except { get; init; }

    /// <summary>Allowed words, as they are documented.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>What is allowed, in words: used in every complaint and in the documentation.</summary>
    public string Allowed => Kind switch
    {
        SettingKind.Number => Range,
        SettingKind.Ratio => "a number from 0 to 1, such as 0.01",
        SettingKind.Flag => "1, 0, true or false",
        SettingKind.Choice => string.Join(", ", Choices),
        SettingKind.Url => "an absolute http:// or https:// URL without user and password",
        SettingKind.Host => "a host name or IP address",
        SettingKind.File => "the path of an existing file",
        _ => "text",
    };

    private string Range
    {
        get
        {
            var range = string.Create(CultureInfo.InvariantCulture, $"a whole number from {Min} to {Max}");
            return Except is { } except ? string.Create(CultureInfo.InvariantCulture, $"{range} but not {except}") : range;
        }
    }
}
