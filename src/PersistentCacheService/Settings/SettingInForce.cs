namespace PersistentCacheService.Settings;

/// <summary>A setting, as it is shown to people.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">What holds; of secrets and of texts that may not be shown only that they are set.</param>
/// <param name="Source">Where it is from: <c>environment</c>, <c>default</c>, or in words what it follows from.</param>
internal sealed record SettingInForce(string Name, string Value, string Source)
{
    /// <summary>Source of what the environment says.</summary>
    public const string FromEnvironment = "environment";

    /// <summary>Source of what holds because the environment says nothing.</summary>
    public const string ByDefault = "default";

    /// <summary>In place of a text that is not shown.</summary>
    public const string Hidden = "set";

    /// <summary>In place of a value that there is not.</summary>
    public const string None = "none";
}
