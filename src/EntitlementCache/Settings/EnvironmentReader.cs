using System.Globalization;

namespace EntitlementCache.Settings;

/// <summary>Reads single environment variables and gathers what is wrong with them instead of stopping at the first problem.</summary>
/// <remarks>An empty variable counts as absent: charts and compose files pass empty texts for values that are not set.</remarks>
/// <param name="lookup">Gives the text of a variable, null when it is not set.</param>
internal sealed class EnvironmentReader(Func<string, string?> lookup)
{
    // Enough to recognise what was given; a wrong paste can be long.
    private const int LongestShown = 80;

    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>Everything found wrong so far, in the order of reading; never contains a secret.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What works but should not stay so, in the order of reading; never contains a secret.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Adds a problem that concerns more than one variable.</summary>
    public void Report(string problem) => _problems.Add(problem);

    /// <summary>Adds a warning; it must not hold a secret.</summary>
    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>The variable's text, its default, or null. Reports a missing required variable.</summary>
    public string? Text(SettingVariable variable) => TryGet(variable, out var text) ? text ?? Absent(variable) : variable.Default;

    /// <summary>The secret, or null. Reports a missing required variable.</summary>
    public Secret? Secret(SettingVariable variable) => Text(variable) is { } text ? new Secret(text) : null;

    /// <summary>The host name or IP address alone, or its default. Reports anything else, without showing it: a URL can hold a password.</summary>
    public string? Host(SettingVariable variable)
    {
        if (Text(variable) is not { } text)
        {
            return null;
        }

        if (HostName.TryRead(text, out var host, out var problem))
        {
            return host;
        }

        _problems.Add($"{variable.Name} {problem}");
        return variable.Default;
    }

    /// <summary>Reports what is wrong with a variable that a library reads by itself.</summary>
    public void Ambient(string name)
    {
        if (EnvironmentText.Clean(lookup(name)) is { } text && EnvironmentText.Problem(text) is { } problem)
        {
            _problems.Add($"{name} {problem}");
        }
    }

    /// <summary>The text of a variable that a library reads, too; null when absent, or wrong as a text, which <see cref="Ambient"/> reports.</summary>
    public string? AmbientText(string name) => EnvironmentText.Clean(lookup(name)) is { } text && EnvironmentText.Problem(text) is null ? text : null;

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

    /// <summary>
    /// The URL, its default, or null when absent or wrong (which is reported). What is wrong is never shown: a URL can hold a password or a token.
    /// </summary>
    public Uri? Url(SettingVariable variable)
    {
        return Text(variable) is { } text ? Url(variable, text, _problems) : null;
    }

    /// <summary>The URL, or null when absent or wrong. What is wrong is a warning alone.</summary>
    public Uri? UrlOrWarning(SettingVariable variable) => AmbientText(variable.Name) is { } text ? Url(variable, text, _warnings) : null;

    /// <summary>URLs with commas between, none twice; empty when absent or when one is wrong (which is reported).</summary>
    /// <param name="variable">Which variable.</param>
    /// <param name="most">How many there may be.</param>
    public IReadOnlyList<Uri> Urls(SettingVariable variable, int most)
    {
        if (Text(variable) is not { } text)
        {
            return [];
        }

        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > most)
        {
            _problems.Add($"{variable.Name} lists {parts.Length} URLs; allowed are {most}.");
            return [];
        }

        var urls = parts.Select(part => Url(variable, part, _problems)).OfType<Uri>().ToList();
        return urls.Count == parts.Length ? urls : [];
    }

    private Uri? Url(SettingVariable variable, string text, List<string> findings)
    {
        var problem = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? Problem(url, variable)
            : $"is not {variable.Allowed}.";
        if (problem is not null)
        {
            findings.Add($"{variable.Name} {problem}");
            return null;
        }

        if (PlainHttp.IsExposed(url!))
        {
            _warnings.Add($"{variable.Name} is http:// to a public host: what is sent, keys included, can be read on the way; use https://.");
        }

        return url;
    }

    /// <summary>The path of an existing file, or null when absent or missing (which is reported, without the path: it may be the secret itself).</summary>
    public string? ExistingFile(SettingVariable variable)
    {
        var path = Text(variable);
        if (path is null || File.Exists(path))
        {
            return path;
        }

        _problems.Add($"{variable.Name} is not {variable.Allowed}.");
        return null;
    }

    private static string? Problem(Uri url, SettingVariable variable)
    {
        if (url.UserInfo.Length > 0)
        {
            return $"contains a user or password; allowed is {variable.Allowed}.";
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return "contains a query or a fragment; remove everything from the ? or # on.";
        }

        return variable.IsOrigin && url.AbsolutePath != "/" ? "contains a path; an endpoint is scheme, host and port alone, such as http://localhost:4566." : null;
    }

    /// <summary>The variable's text under either of its names; null when absent.</summary>
    /// <returns>False when something is wrong with it, which is reported.</returns>
    private bool TryGet(SettingVariable variable, out string? text)
    {
        var before = _problems.Count;
        text = Given(variable.Name);
        if (variable.Alias is not null && Given(variable.Alias) is { } other)
        {
            if (text is not null && text != other)
            {
                _problems.Add($"{variable.Name} and {variable.Alias} differ; they are two names of one setting: set one, or both equal.");
            }

            text ??= other;
        }

        return _problems.Count == before;
    }

    private string? Given(string name)
    {
        if (EnvironmentText.Clean(lookup(name)) is not { } text || EnvironmentText.Problem(text) is not { } problem)
        {
            return EnvironmentText.Clean(lookup(name));
        }

        _problems.Add($"{name} {problem}");
        return null;
    }

    private string? Absent(SettingVariable variable)
    {
        if (variable.Required)
        {
            _problems.Add($"{variable.Name} is not set; it is required: {variable.Meaning}");
        }

        return variable.Default;
    }

    // Numbers, flags and choices only: what came from a variable that can hold a secret is never shown.
    private void Refuse(SettingVariable variable, string given) =>
        _problems.Add($"{variable.Name} is '{Shown(given)}'; allowed is {variable.Allowed}.{ServiceLinkHint(given)}");

    // Docker and Kubernetes set REDIS_PORT=tcp://10.0.0.1:6379 for a service named "redis".
    private static string ServiceLinkHint(string given) => given.StartsWith("tcp://", StringComparison.Ordinal)
        ? " It looks like a service link of Docker or Kubernetes: set the variable explicitly, or switch the links off (enableServiceLinks: false)."
        : "";

    private static string Shown(string text) => text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "...");
}
