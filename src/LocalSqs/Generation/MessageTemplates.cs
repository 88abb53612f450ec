using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LocalSqs.Generation;

/// <summary>Writes the messages of customers with so many features: fixed pieces of JSON with numbers and times between them.</summary>
internal sealed class MessageTemplates
{
    private const long Day = 86_400_000;
    private static readonly string PeriodStart = Iso(GeneratorOptions.BaseTime - (15 * Day));
    private static readonly string PeriodEnd = Iso(GeneratorOptions.BaseTime + (15 * Day));

    private readonly Piece[] _entitlements;
    private readonly Piece[][] _features;
    private readonly Piece[][] _usages;

    /// <param name="features">How many a customer has.</param>
    /// <param name="quote">How a quote is written: as it is, or escaped.</param>
    public MessageTemplates(int features, string quote)
    {
        _entitlements = Parse("{'type':'entitlementsUpdatedV2','customerId':'customer-<c>','resourceId':null,'accessDeniedReason':null,'entitlements':[", quote);
        _features = [.. Enumerable.Range(0, features).Select(feature => Parse(Entitlement(feature), quote))];
        _usages =
        [
            .. Enumerable.Range(0, features).Select(feature => Parse(
                $"{{'type':'usageUpdatedV2','customerId':'customer-<c>','resourceId':null,'entitlementReference':{{'type':'FEATURE','id':'{Name(feature)}'}},"
                + $"'usage':{{'currentUsage':<u>,'usagePeriodStart':'{PeriodStart}','usagePeriodEnd':'{PeriodEnd}','usageUpdatedAt':'<t>'}}}}",
                quote)),
        ];
        Longest = 1000 * (features + 1);
    }

    /// <summary>No message is longer, in bytes.</summary>
    public int Longest { get; }

    /// <summary>Writes an update of a metered feature's usage, about 300 bytes.</summary>
    /// <returns>Its length.</returns>
    public int WriteUsage(Span<byte> utf8, int customer, ref Mulberry32 random, long time)
    {
        var usage = _usages[2 * random.Next((_features.Length + 1) / 2)];
        return Write(utf8, usage, customer, limit: 0, random.Next(100_000), Iso(time));
    }

    /// <summary>Writes an update of all entitlements, about 750 bytes for each feature.</summary>
    /// <returns>Its length.</returns>
    public int WriteEntitlements(Span<byte> utf8, int customer, ref Mulberry32 random, long time)
    {
        var iso = Iso(time);
        var length = Write(utf8, _entitlements, customer, 0, 0, iso);
        for (var feature = 0; feature < _features.Length; feature++)
        {
            var limit = Kind(feature) == "NUMBER" ? 1000 * (1 + random.Next(10)) : 0;
            var usage = IsMetered(feature) ? random.Next(1000) : 0;
            length += Write(utf8[length..], _features[feature], customer, limit, usage, iso);
        }

        "]}"u8.CopyTo(utf8[length..]);
        return length + 2;
    }

    private static int Write(Span<byte> utf8, Piece[] pieces, int customer, int limit, int usage, string time)
    {
        var length = 0;
        foreach (var piece in pieces)
        {
            piece.Text.CopyTo(utf8[length..]);
            length += piece.Text.Length;
            var written = 0;
            _ = piece.Then switch
            {
                "c" => Utf8Formatter.TryFormat(customer, utf8[length..], out written, new('D', 6)),
                "l" => Utf8Formatter.TryFormat(limit, utf8[length..], out written),
                "u" => Utf8Formatter.TryFormat(usage, utf8[length..], out written),
                "t" => Encoding.UTF8.TryGetBytes(time, utf8[length..], out written),
                _ => false,
            };
            length += written;
        }

        return length;
    }

    private static string Entitlement(int feature)
    {
        var metered = IsMetered(feature);
        var kind = Kind(feature);
        var meter = metered ? feature % 4 == 0 ? "'Incremental'" : "'Fluctuating'" : kind == "NUMBER" ? "'None'" : "null";
        return
            $"{(feature == 0 ? string.Empty : ",")}{{'__typename':'FeatureEntitlement','isGranted':true,'accessDeniedReason':null,"
            + $"'usageLimit':{(kind == "NUMBER" ? "<l>" : "null")},'hasUnlimitedUsage':false,'hasSoftLimit':{Metered("false")},'currentUsage':{Metered("<u>")},"
            + $"'enumValues':{(kind == "ENUM" ? "['basic','pro']" : "null")},'entitlementUpdatedAt':'<t>','usageUpdatedAt':{Metered("'<t>'")},"
            + $"'usagePeriodAnchor':{Metered($"'{PeriodStart}'")},'usagePeriodStart':{Metered($"'{PeriodStart}'")},"
            + $"'usagePeriodEnd':{Metered($"'{PeriodEnd}'")},'resetPeriod':{Metered("'MONTH'")},"
            + $"'resetPeriodConfiguration':{Metered("{'__typename':'MonthlyResetPeriodConfig','monthlyAccordingTo':'SubscriptionStart'}")},"
            + $"'validUntil':null,'creditRate':null,'feature':{{'__typename':'EntitlementFeature','refId':'{Name(feature)}',"
            + $"'displayName':'Feature {feature}','description':'A feature used for load number {feature}','featureType':'{kind}',"
            + $"'meterType':{meter},'featureUnits':{Metered("'call'")},'featureUnitsPlural':{Metered("'calls'")}}}}}";

        string Metered(string value) => metered ? value : "null";
    }

    // Apostrophes stand for quotes, <c>, <l>, <u> and <t> for customer, limit, usage and time: no text contains one.
    private static Piece[] Parse(string text, string quote) =>
    [
        .. text.Replace("'", quote, StringComparison.Ordinal).Split('<', '>').Chunk(2)
            .Select(static part => new Piece(Encoding.UTF8.GetBytes(part[0]), part is [_, var then] ? then : string.Empty)),
    ];

    private static bool IsMetered(int feature) => feature % 2 == 0;

    // Even ones are metered, the others a boolean, a number and an enum in turn.
    private static string Kind(int feature) =>
        IsMetered(feature) ? "NUMBER" : (((feature - 1) / 2) % 3) switch { 0 => "BOOLEAN", 1 => "NUMBER", _ => "ENUM" };

    private static string Name(int feature) => $"feature-{feature:00}-{(IsMetered(feature) ? "metered" : "plain")}";

    private static string Iso(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Piece(byte[] Text, string Then);
}
