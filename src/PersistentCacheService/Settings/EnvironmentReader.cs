using System.Globalization;

namespace PersistentCacheService.Settings;

/// <summary>Reads single environment variables and gathers what is wrong with them instead of stopping at the first problem.</summary>
/// <remarks>An empty variable counts as absent: charts and compose files pass empty texts for values nobody set.</remarks>
/// <param name="lookup">Gives the text of a variable, null when it is not set.</param>
internal sealed class EnvironmentReader(Func<string, string?> lookup)
{
    // Enough to recognise what was given; a wrong paste can be long.
    private const int LongestShown = 80;

    private readonly List<string> _problems = [];

    /// <summary>Everything found wrong so far, in the order of reading; never contains a secret.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Adds a problem that concerns more than one variable.</summary>
    public void Report(string problem) => _problems.Add(problem);

    /// <summary>The variable's text, its default, or null. Reports a missing required variable.</summary>
    public string? Text(SettingVariable variable) => Given(variable)?.Trim() ?? Absent(variable);

    /// <summary>The secret, or null. Reports a missing required variable.</summary>
    public Secret? Secret(SettingVariable variable) => (Given(variable) ?? Absent(variable)) is { } text ? new Secret(text) : null;

    /// <summary>The number, its default, or null when absent without default, or wrong.</summary>
    public long? NumberOrNone(SettingVariable variable)
    {
        if (Text(variable) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= variable.Min && number <= variable.Max && number != variable.Except)
        {
            return number;
        }

        Refuse(variable, text);
        return null;
    }

    /// <summary>The number, its default, or 0 when it is wrong (which is reported).</summary>
    public int Number(SettingVariable variable) => (int)(NumberOrNone(variable) ?? 0);

    /// <summary>A duration from a variable in seconds.</summary>
    public TimeSpan Seconds(SettingVariable variable) => TimeSpan.FromSeconds(Number(variable));

    /// <summary>A duration from a variable in milliseconds.</summary>
    public TimeSpan Milliseconds(SettingVariable variable) => TimeSpan.FromMilliseconds(Number(variable));

    /// <summary>The flag; false when absent or wrong (which is reported).</summary>
    public bool Flag(SettingVariable variable)
    {
        var text = Text(variable);
        switch (text?.ToUpperInvariant())
        {
            case "1" or "TRUE":
                return true;
            case null or "0" or "FALSE":
                return false;
            default:
                Refuse(variable, text);
                return false;
        }
    }

    /// <summary>The word as it is documented, or the default when it is wrong (which is reported).</summary>
    public string Choice(SettingVariable variable)
    {
        var text = Text(variable) ?? "";
        foreach (var choice in variable.Choices)
        {
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        Refuse(variable, text);
        return variable.Choices[0];
    }

    /// <summary>The URL, its default, or null when absent or wrong (which is reported).</summary>
    public Uri? Url(SettingVariable variable)
    {
        if (Text(variable) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
        {
            if (url.UserInfo.Length == 0)
            {
                return url;
            }

            // Not shown: what stands before the @ is a password.
            _problems.Add($"{variable.Name} contains a user or password; allowed is {variable.Allowed}.");
            return null;
        }

        Refuse(variable, text);
        return null;
    }

    /// <summary>The path of an existing file, or null when absent or missing (which is reported).</summary>
    public string? ExistingFile(SettingVariable variable)
    {
        if (Text(variable) is not { } path)
        {
            return null;
        }

        if (File.Exists(path))
        {
            return path;
        }

        Refuse(variable, path);
        return null;
    }

    private string? Given(SettingVariable variable)
    {
        var own = Present(lookup(variable.Name));
        if (variable.Alias is null)
        {
            return own;
        }

        var other = Present(lookup(variable.Alias));
        if (own is not null && other is not null && !own.Trim().Equals(other.Trim(), StringComparison.Ordinal))
        {
            _problems.Add($"{variable.Name} is '{Shown(own)}' but {variable.Alias} is '{Shown(other)}'; they are two names of one setting: set one, or both equal.");
        }

        return own ?? other;
    }

    private string? Absent(SettingVariable variable)
    {
        if (variable.Required)
        {
            _problems.Add($"{variable.Name} is not set; it is required: {variable.Meaning}");
        }

        return variable.Default;
    }

    private void Refuse(SettingVariable variable, string given) =>
        _problems.Add($"{variable.Name} is '{Shown(given)}'; allowed is {variable.Allowed}.");

    private static string? Present(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string Shown(string text)
    {
        var shown = text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "...");
        return shown.ReplaceLineEndings(" ");
    }
}
