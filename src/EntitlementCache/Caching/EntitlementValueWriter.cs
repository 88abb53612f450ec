using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using EntitlementCache.Settings;

namespace EntitlementCache.Caching;

/// <summary>
/// Writes the entitlements value (CONTRACT 2): UTF-8 JSON as the readers' own writer makes it, members in the listed order, optional ones left
/// out when they have no value.
/// </summary>
/// <param name="output">Target.</param>
/// <param name="creditKeyPrefix">What stands before the currency id in the name of a credit's entry; needs no escaping.</param>
internal readonly ref struct EntitlementValueWriter(Utf8Output output, ReadOnlySpan<byte> creditKeyPrefix)
{
    /// <summary>The member of a credit's entry that holds the currency; unproved like the name of the entry, and only here.</summary>
    public const string Currency = "currency";

    private static readonly byte[] CreditBeginning = Encoding.ASCII.GetBytes($"\":{{\"calculatedEntitlement\":{{\"type\":\"CREDIT\",\"{Currency}\":{{\"id\":");

    private readonly ReadOnlySpan<byte> _creditKeyPrefix = creditKeyPrefix;

    /// <summary>The whole value.</summary>
    public void Write(ReadOnlySpan<Entitlement> entitlements, CacheLayout layout)
    {
        output.Write((byte)'{');
        var isFirst = true;
        foreach (ref readonly var entitlement in entitlements)
        {
            if (entitlement.Kind == EntitlementKind.Credit && layout == CacheLayout.V2)
            {
                continue;
            }

            output.Write(isFirst ? "\""u8 : ",\""u8);
            isFirst = false;
            if (entitlement.Kind == EntitlementKind.Credit)
            {
                WriteCredit(in entitlement);
            }
            else
            {
                WriteFeature(in entitlement, layout);
            }
        }

        output.Write((byte)'}');
    }

    private void WriteFeature(in Entitlement entitlement, CacheLayout layout)
    {
        output.WriteStringContents(entitlement.IdText);
        output.Write("\":{\"calculatedEntitlement\":{"u8);
        if (layout == CacheLayout.V2)
        {
            WriteFeatureIdentityV2(in entitlement);
            WriteTerms(in entitlement);
            output.Write((byte)'}');
        }
        else
        {
            WriteFeatureIdentity(in entitlement);
            WriteTerms(in entitlement);
            WriteOptional(",\"usagePeriodAnchor\":"u8, entitlement.UsagePeriodAnchor);
            WriteOrNull(",\"resetPeriod\":"u8, entitlement.ResetPeriod);
            WriteOrNull(",\"resetPeriodConfiguration\":"u8, entitlement.ResetPeriodConfiguration);
            output.Write((byte)'}');
            WriteUsageData(in entitlement);
        }

        if (layout != CacheLayout.V3)
        {
            WriteFeatureUsage(in entitlement);
        }

        output.Write((byte)'}');
    }

    private void WriteFeatureIdentity(in Entitlement entitlement)
    {
        output.Write("\"type\":\"FEATURE\",\"feature\":{\"id\":"u8);
        output.Write(entitlement.IdText);
        WriteOrNull(",\"displayName\":"u8, IsAbsent(entitlement.DisplayName) ? entitlement.IdText : entitlement.DisplayName);
        WriteFeatureKind(in entitlement);
        WriteOptional(",\"description\":"u8, entitlement.Description);
        WriteOptional(",\"unitTransformation\":"u8, entitlement.UnitTransformation);
        output.Write((byte)'}');
    }

    private void WriteFeatureIdentityV2(in Entitlement entitlement)
    {
        output.Write("\"feature\":{\"id\":"u8);
        output.Write(entitlement.IdText);
        WriteFeatureKind(in entitlement);
        output.Write((byte)'}');
    }

    private void WriteFeatureKind(in Entitlement entitlement)
    {
        WriteOrNull(",\"featureType\":"u8, entitlement.FeatureType);
        switch (entitlement.MeterType)
        {
            case MeterType.Absent:
                break;
            case MeterType.Incremental:
                output.Write(",\"meterType\":\"Incremental\""u8);
                break;
            case MeterType.Fluctuating:
                output.Write(",\"meterType\":\"Fluctuating\""u8);
                break;
            case MeterType.None:
                output.Write(",\"meterType\":\"None\""u8);
                break;
            default:
                WriteOptional(",\"meterType\":"u8, entitlement.MeterTypeText);
                break;
        }

        WriteOr(",\"units\":"u8, entitlement.Unit, "\"\""u8);
        WriteOr(",\"unitsPlural\":"u8, entitlement.UnitPlural, "\"\""u8);
    }

    /// <summary>What is the same in both layouts.</summary>
    private void WriteTerms(in Entitlement entitlement)
    {
        WriteOptional(",\"resourceId\":"u8, entitlement.ResourceId);
        WriteOrNull(",\"usageLimit\":"u8, entitlement.UsageLimit);
        output.Write(entitlement.HasUnlimitedUsage ? ",\"hasUnlimitedUsage\":true"u8 : ",\"hasUnlimitedUsage\":false"u8);
        WriteSoftLimit(entitlement.HasSoftLimit);
        WriteOptional(",\"accessDeniedReason\":"u8, entitlement.AccessDeniedReason);
        WriteOr(",\"enumValues\":"u8, entitlement.EnumValues, "[]"u8);
        WriteOptional(",\"validUntil\":"u8, entitlement.ValidUntil);
        if (entitlement.HasCreditRate)
        {
            WriteCreditRate(in entitlement);
        }
    }

    private void WriteCreditRate(in Entitlement entitlement)
    {
        WriteOrNull(",\"creditRate\":{\"amount\":"u8, entitlement.CreditRateAmount);
        WriteOrNull(",\"currencyId\":"u8, entitlement.CreditRateCurrency);
        output.Write((byte)'}');
    }

    private void WriteCredit(in Entitlement entitlement)
    {
        output.Write(_creditKeyPrefix);
        output.WriteStringContents(entitlement.IdText);
        output.Write(CreditBeginning);
        output.Write(entitlement.IdText);
        output.Write(",\"currencyId\":"u8);
        output.Write(entitlement.IdText);
        WriteOptional(",\"displayName\":"u8, entitlement.DisplayName);
        WriteOptional(",\"description\":"u8, entitlement.Description);
        WriteOptional(",\"unitSingular\":"u8, entitlement.Unit);
        WriteOptional(",\"unitPlural\":"u8, entitlement.UnitPlural);
        WriteOptional(",\"additionalMetaData\":"u8, entitlement.AdditionalMetaData);
        output.Write((byte)'}');
        WriteOrNull(",\"usageLimit\":"u8, entitlement.UsageLimit);
        WriteSoftLimit(entitlement.HasSoftLimit);
        WriteOptional(",\"accessDeniedReason\":"u8, entitlement.AccessDeniedReason);
        WriteOptional(",\"validUntil\":"u8, entitlement.ValidUntil);
        output.Write((byte)'}');
        WriteUsageData(in entitlement);
        output.Write((byte)'}');
    }

    private void WriteUsageData(in Entitlement entitlement)
    {
        WriteOr(",\"usageData\":{\"currentUsage\":"u8, entitlement.CurrentUsage, "0"u8);
        WriteOptional(",\"usagePeriodStart\":"u8, entitlement.UsagePeriodStart.Milliseconds);
        WriteOptional(",\"usagePeriodEnd\":"u8, entitlement.UsagePeriodEnd.Milliseconds);
        WriteOptional(",\"updatedAt\":"u8, entitlement.UsageUpdatedAt);
        WriteOptional(",\"usageUpdatedAt\":"u8, entitlement.UsageUpdatedAt);
        output.Write((byte)'}');
    }

    private void WriteFeatureUsage(in Entitlement entitlement)
    {
        WriteOrNull(",\"featureUsage\":{\"resetPeriod\":"u8, entitlement.ResetPeriod);
        WriteOrNull(",\"resetPeriodConfiguration\":"u8, entitlement.ResetPeriodConfiguration);
        WriteOr(",\"currentUsage\":"u8, entitlement.CurrentUsage, "0"u8);
        WriteOptional(",\"usagePeriodAnchor\":"u8, entitlement.UsagePeriodAnchor);
        WriteOptional(",\"usagePeriodStart\":"u8, entitlement.UsagePeriodStart.Milliseconds);
        WriteOptional(",\"usagePeriodEnd\":"u8, entitlement.UsagePeriodEnd.Milliseconds);
        output.Write((byte)'}');
    }

    private void WriteSoftLimit(bool hasSoftLimit) =>
        output.Write(hasSoftLimit ? ",\"hasSoftLimit\":true"u8 : ",\"hasSoftLimit\":false"u8);

    private static bool IsAbsent(JsonElement value) => value.ValueKind == JsonValueKind.Undefined;

    private void WriteOrNull(ReadOnlySpan<byte> name, JsonElement value) => WriteOr(name, value, "null"u8);

    private void WriteOr(ReadOnlySpan<byte> name, JsonElement value, ReadOnlySpan<byte> absent)
    {
        output.Write(name);
        UsageValueWriter.WriteOr(output, value, absent);
    }

    private void WriteOptional(ReadOnlySpan<byte> name, JsonElement value)
    {
        if (!IsAbsent(value))
        {
            output.Write(name);
            output.Write(value);
        }
    }

    private void WriteOptional(ReadOnlySpan<byte> name, long? milliseconds)
    {
        if (milliseconds is { } value)
        {
            output.Write(name);
            output.Write(value);
        }
    }
}
