using System.Globalization;
using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>Lists every setting with what holds and where it is from. A value is shown when its kind cannot hold a secret, or when it is known to be none.</summary>
internal static class SettingsInForce
{
    /// <summary>All variables of the worker in the order of the documentation, then those that are set of the ones that libraries read.</summary>
    /// <param name="lookup">Gives the text of an environment variable, null when it is not set.</param>
    /// <param name="queues">What was read about the queues.</param>
    /// <param name="sentry">What was read about error reports.</param>
    public static IReadOnlyList<SettingInForce> List(Func<string, string?> lookup, IReadOnlyList<QueueSettings> queues, SentrySettings sentry)
    {
        var known = Variables.All.Select(variable => Own(variable, lookup, queues, sentry));
        var ambient = AmbientVariables.Names
            .Where(name => EnvironmentText.Clean(lookup(name)) is not null)
            .Select(static name => new SettingInForce(name, SettingInForce.Hidden, SettingInForce.FromEnvironment));
        return [.. known, .. ambient];
    }

    private static SettingInForce Own(SettingVariable variable, Func<string, string?> lookup, IReadOnlyList<QueueSettings> queues, SentrySettings sentry)
    {
        var name = variable.Name;
        var given = EnvironmentText.Clean(lookup(variable.Name));
        if (given is null && variable.Alias is { } alias && EnvironmentText.Clean(lookup(alias)) is { } other)
        {
            (name, given) = (alias, other);
        }

        if (given is not null)
        {
            return new(name, Shown(variable, given), SettingInForce.FromEnvironment);
        }

        if (variable == Variables.MaxInFlight)
        {
            return new(name, queues[0].MaxInFlight.ToString(CultureInfo.InvariantCulture), variable.DefaultNote!);
        }

        if (variable == SharedVariables.SentryEnvironment)
        {
            return new(name, sentry.Environment, variable.DefaultNote!);
        }

        return new(name, variable.Default ?? variable.DefaultNote ?? SettingInForce.None, SettingInForce.ByDefault);
    }

    private static string Shown(SettingVariable variable, string given) => variable.Kind switch
    {
        SettingKind.Number or SettingKind.Flag or SettingKind.Host or SettingKind.File => given,

        // Variables of traces are not checked when no traces are wanted: what stands in them can be anything.
        SettingKind.Choice => variable.Choices.Contains(given, StringComparer.OrdinalIgnoreCase) ? given : SettingInForce.Hidden,
        SettingKind.Url => string.Join(
            ", ",
            given.Split(',', StringSplitOptions.TrimEntries).Select(text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 ? Shown(variable, url) : SettingInForce.Hidden)),
        SettingKind.Text when variable.IsShown => given,
        _ => SettingInForce.Hidden,
    };

    /// <summary>A queue by its name, as in the log: its URL has an account's number. Of others the origin: a path can be a capability.</summary>
    private static string Shown(SettingVariable variable, Uri url) =>
        variable == Variables.QueueUrl ? url.Segments[^1].TrimEnd('/') : url.GetLeftPart(UriPartial.Authority) + (url.AbsolutePath == "/" ? "" : "/...");
}
