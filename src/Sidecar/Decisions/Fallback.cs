namespace Sidecar.Decisions;

/// <summary>What to answer when nothing is known.</summary>
internal sealed record Fallback
{
    /// <summary>Without any configuration: no access.</summary>
    public static readonly Fallback Denied = new();

    /// <summary>The answer.</summary>
    public bool HasAccess { get; init; }

    /// <summary>Limit of a metered feature.</summary>
    public double? UsageLimit { get; init; }

    /// <summary>No limit.</summary>
    public bool? IsUnlimited { get; init; }

    /// <summary>Value of a numeric feature.</summary>
    public int? Value { get; init; }

    /// <summary>Values of an enum feature.</summary>
    public IReadOnlyList<string> EnumValues { get; init; } = [];
}
