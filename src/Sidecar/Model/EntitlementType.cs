namespace Sidecar.Model;

/// <summary>What an entitlement is, from its feature type and meter type.</summary>
internal enum EntitlementType
{
    /// <summary>On or off.</summary>
    Boolean,

    /// <summary>A number without a meter.</summary>
    Numeric,

    /// <summary>A number with usage.</summary>
    Metered,

    /// <summary>A list of values.</summary>
    Enum,

    /// <summary>Credits of a currency.</summary>
    Credit,
}
