using System.Text.Json;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.StatusPage.Sections;

/// <summary>The settings in force and where each is from; of secrets only that they are set.</summary>
internal sealed class SettingsSection(IReadOnlyList<SettingInForce> settings, ErrorReports reports, Scrubber scrubber)
{
    /// <summary>Writes <c>settings</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("settings"u8);
        foreach (var setting in settings)
        {
            var (name, value, source) = Now(setting);
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteString("value"u8, scrubber.Scrub(value));
            json.WriteString("source"u8, source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The one setting that the Edge API can give.</summary>
    private SettingInForce Now(SettingInForce setting) =>
        setting.Name == SharedVariables.SentryDsn.Name && setting.Source == SettingInForce.ByDefault && (reports.IsStarted || !reports.IsOn)
            ? reports.IsStarted ? setting with { Value = SettingInForce.Hidden, Source = "Edge API" } : setting with { Value = SettingInForce.None }
            : setting;
}
