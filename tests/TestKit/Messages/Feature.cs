namespace TestKit.Messages;

/// <summary>A feature of the product catalogue, with the values of Stigg's GraphQL schema.</summary>
/// <param name="RefId">Its id.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="FeatureType">BOOLEAN, NUMBER or ENUM.</param>
/// <param name="MeterType">None, Incremental or Fluctuating; null when the feature has no meter.</param>
/// <param name="Units">Unit in the singular and the plural; null: none.</param>
/// <param name="Description">Free text; null: none.</param>
public sealed record Feature(
    string RefId,
    string DisplayName,
    string FeatureType,
    string? MeterType = null,
    (string Singular, string Plural)? Units = null,
    string? Description = null)
{
    /// <summary>Whether readers expect a usage key for it (contract, section 3).</summary>
    public bool IsMetered => FeatureType == "NUMBER" && MeterType is "Incremental" or "Fluctuating";
}
