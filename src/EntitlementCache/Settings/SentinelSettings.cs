namespace EntitlementCache.Settings;

/// <summary>The sentinels that know which server is the primary.</summary>
/// <param name="Sentinels">Where they are; at least one.</param>
/// <param name="Master">Their name for the primary.</param>
internal sealed record SentinelSettings(IReadOnlyList<HostAndPort> Sentinels, string Master)
{
    /// <summary>ACL user at the sentinels, null: the default user.</summary>
    public string? Username { get; init; }

    /// <summary>Password of the sentinels, null: none or from <see cref="PasswordFile"/>.</summary>
    public Secret? Password { get; init; }

    /// <summary>File that holds the password, read each time.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>For people.</summary>
    public override string ToString() => $"{Master} of the sentinels {string.Join(", ", Sentinels)}";
}
