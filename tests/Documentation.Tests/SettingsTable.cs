using System.Text;
using EntitlementCache.Settings;

namespace Documentation.Tests;

/// <summary>The settings as a Markdown table, from the code that reads them.</summary>
internal static class SettingsTable
{
    public static string Render(IEnumerable<SettingVariable> variables)
    {
        var table = new StringBuilder("| variable | default | allowed | meaning |\n|---|---|---|---|\n");
        foreach (var variable in variables)
        {
            table.Append($"| {Name(variable)} | {Default(variable)} | {Allowed(variable)} | {variable.Meaning} |\n");
        }

        return table.ToString();
    }

    private static string Name(SettingVariable variable) => variable.Alias is null ? $"`{variable.Name}`" : $"`{variable.Name}` or `{variable.Alias}`";

    private static string Default(SettingVariable variable) => variable switch
    {
        { Required: true } => "**required**",
        { Default: { } value } => $"`{value}`",
        { DefaultNote: { } note } => note,
        _ => "none",
    };

    private static string Allowed(SettingVariable variable) => variable.Kind switch
    {
        SettingKind.Choice => string.Join(", ", variable.Choices.Select(static choice => $"`{choice}`")),
        SettingKind.Number when variable is { Min: int.MinValue, Max: int.MaxValue } => $"a whole number but not {variable.Except}",
        SettingKind.Number when variable.Max is int.MaxValue or long.MaxValue => $"{variable.Min} or more",
        SettingKind.Number => $"{variable.Min} to {variable.Max}",
        SettingKind.Ratio => "0 to 1",
        SettingKind.Url => "http(s) URL",
        SettingKind.File => "file",
        SettingKind.Host => "host name or IP address",
        SettingKind.Flag => "`1`, `0`, `true`, `false`",
        SettingKind.Secret => "text, never printed",
        _ => "text",
    };
}
