namespace EntitlementCache.Settings;

/// <summary>How the text of an environment variable is read, after <see cref="EnvironmentText">the rule for all of them</see>.</summary>
internal enum SettingKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>Text that is never printed.</summary>
    Secret,

    /// <summary>A host name or IP address, without scheme, port or path.</summary>
    Host,

    /// <summary>A whole decimal number between <see cref="SettingVariable.Min"/> and <see cref="SettingVariable.Max"/>.</summary>
    Number,

    /// <summary>A decimal number from 0 to 1.</summary>
    Ratio,

    /// <summary><c>1</c>, <c>0</c>, <c>true</c> or <c>false</c> in any case.</summary>
    Flag,

    /// <summary>One of <see cref="SettingVariable.Choices"/>, in any case.</summary>
    Choice,

    /// <summary>An absolute http or https URL without user information, query and fragment.</summary>
    Url,

    /// <summary>A path of a file that exists when the service starts.</summary>
    File,
}
