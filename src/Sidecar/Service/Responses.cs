using Google.Protobuf.WellKnownTypes;
using Sidecar.Decisions;
using Sidecar.Model;
using Sidecar.Reading;
using Stigg.Sidecar.V1;
using Enum = System.Enum;

namespace Sidecar.Service;

/// <summary>Decisions in the proto's terms.</summary>
internal static class Responses
{
    /// <summary>The boolean part.</summary>
    public static BooleanEntitlement Boolean(Decision decision) => decision.Entitlement?.Feature is { } feature ? new() { Feature = feature } : new();

    /// <summary>The numeric part.</summary>
    public static NumericEntitlement Numeric(Decision decision)
    {
        var numeric = new NumericEntitlement { IsUnlimited = decision.Entitlement?.IsUnlimited ?? decision.Fallback?.IsUnlimited ?? false };
        if (decision.Entitlement?.Feature is { } feature)
        {
            numeric.Feature = feature;
        }

        if ((decision.Entitlement is { } entitlement ? entitlement.UsageLimit : decision.Fallback?.Value) is { } value)
        {
            numeric.Value = (int)Math.Clamp(value, int.MinValue, int.MaxValue);
        }

        return numeric;
    }

    /// <summary>The metered part.</summary>
    public static MeteredEntitlement Metered(Decision decision)
    {
        var metered = new MeteredEntitlement { IsUnlimited = decision.Entitlement?.IsUnlimited ?? decision.Fallback?.IsUnlimited ?? false };
        if (decision.Entitlement is not { } entitlement)
        {
            if (decision.Fallback?.UsageLimit is { } limitOfFallback)
            {
                metered.UsageLimit = limitOfFallback;
            }

            return metered;
        }

        metered.Feature = entitlement.Feature;
        metered.HasSoftLimit = entitlement.HasSoftLimit;
        metered.CurrentUsage = entitlement.Usage.CurrentUsage;
        if (entitlement.UsageLimit is { } limit)
        {
            metered.UsageLimit = limit;
        }

        if (entitlement.ResetPeriod is { } period && Enum.TryParse<EntitlementResetPeriod>(period, ignoreCase: true, out var read))
        {
            metered.ResetPeriod = read;
        }

        metered.UsagePeriodAnchor = Time(entitlement.UsagePeriodAnchor);
        metered.UsagePeriodStart = Time(entitlement.Usage.PeriodStart);
        metered.UsagePeriodEnd = Time(entitlement.Usage.PeriodEnd);
#pragma warning disable CS0612 // Deprecated in the interface, and older clients still read it.
        metered.NextResetDate = Time(entitlement.Usage.PeriodEnd);
#pragma warning restore CS0612
        return metered;
    }

    /// <summary>The enum part.</summary>
    public static EnumEntitlement Enumeration(Decision decision)
    {
        var read = new EnumEntitlement();
        if (decision.Entitlement?.Feature is { } feature)
        {
            read.Feature = feature;
        }

        read.EnumValues.Add(decision.Entitlement?.EnumValues ?? decision.Fallback?.EnumValues ?? []);
        return read;
    }

    /// <summary>The call for a feature of any type.</summary>
    public static GetEntitlementResponse Generic(Decision decision)
    {
        var response = new GetEntitlementResponse { HasAccess = decision.HasAccess, IsFallback = decision.IsFallback };
        if (decision.Reason is { } reason)
        {
            response.AccessDeniedReason = reason;
        }

        switch (TypeOf(decision))
        {
            case EntitlementType.Numeric:
                response.Numeric = Numeric(decision);
                break;
            case EntitlementType.Metered:
                response.Metered = Metered(decision);
                break;
            case EntitlementType.Enum:
                response.Enum = Enumeration(decision);
                break;
            default:
                response.Boolean = Boolean(decision);
                break;
        }

        return response;
    }

    /// <summary>The second generation's form, credits included.</summary>
    public static EntitlementV2 V2(Decision decision)
    {
        var response = new EntitlementV2 { HasAccess = decision.HasAccess, IsFallback = decision.IsFallback };
        if (decision.Reason is { } reason)
        {
            response.AccessDeniedReason = reason;
        }

        switch (TypeOf(decision))
        {
            case EntitlementType.Numeric:
                response.Numeric = Numeric(decision);
                break;
            case EntitlementType.Metered:
                response.Metered = Metered(decision);
                break;
            case EntitlementType.Enum:
                response.Enum = Enumeration(decision);
                break;
            case EntitlementType.Credit:
                response.Credit = Credit(decision.Entitlement!);
                break;
            default:
                response.Boolean = Boolean(decision);
                break;
        }

        return response;
    }

    /// <summary>An entry of the first generation's list; null for credits, which it has no place for.</summary>
    public static Entitlement? Listed(Decision decision) => TypeOf(decision) switch
    {
        EntitlementType.Credit => null,
        EntitlementType.Numeric => new Entitlement { Numeric = Numeric(decision) },
        EntitlementType.Metered => new Entitlement { Metered = Metered(decision) },
        EntitlementType.Enum => new Entitlement { Enum = Enumeration(decision) },
        _ => new Entitlement { Boolean = Boolean(decision) },
    };

    /// <summary>A time of the cache, Unix ms; none for what is outside of the years 1 to 9999.</summary>
    public static Timestamp? Time(long? milliseconds) => milliseconds is { } number && JsonMembers.ToMilliseconds(number) is { } time
        ? Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(time))
        : null;

    private static CreditEntitlement Credit(CachedEntitlement credit) => new()
    {
        Currency = credit.Currency,
        UsageLimit = credit.UsageLimit ?? 0,
        CurrentUsage = credit.Usage.CurrentUsage,
        Remaining = (credit.UsageLimit ?? 0) - credit.Usage.CurrentUsage,
        UsagePeriodEnd = Time(credit.Usage.PeriodEnd),
        HasSoftLimit = credit.HasSoftLimit,
    };

    /// <summary>A fallback has no type of its own: what it carries shows which it is meant for.</summary>
    private static EntitlementType TypeOf(Decision decision) => (decision.Entitlement, decision.Fallback) switch
    {
        ({ } entitlement, _) => entitlement.Type,
        (_, { EnumValues.Count: > 0 }) => EntitlementType.Enum,
        (_, { UsageLimit: not null }) => EntitlementType.Metered,
        (_, { Value: not null }) => EntitlementType.Numeric,
        _ => EntitlementType.Boolean,
    };
}
