using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace LocalSqs.Generation;

/// <summary>Writes generated messages: fixed pieces of JSON with numbers and times between them.</summary>
/// <remarks>There is one for plain text and one for text inside a JSON string: all that differs is how a quote is written.</remarks>
internal sealed class MessageTemplates
{
    private const long Day = 86_400_000;
    private const long PeriodStart = GeneratorOptions.BaseTime - (15 * Day);
    private const long PeriodEnd = PeriodStart + (30 * Day);
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int TimeLength = 24; // 2026-01-01T00:00:00.000Z

    private static readonly ConcurrentDictionary<(int Features, bool Escaped), MessageTemplates> Cached = new();

    private readonly bool _escaped;
    private readonly byte[] _entitlementsHead;
    private readonly byte[] _entitlementsNext;
    private readonly byte[] _entitlementsTail;
    private readonly byte[] _usageHead;
    private readonly byte[][] _usageFeature;
    private readonly byte[] _usageUpdatedAt;
    private readonly byte[] _usageTail;
    private readonly byte[][][] _features; // even: metered; odd: boolean, numeric, enum in turn

    private MessageTemplates(int features, bool escaped)
    {
        _escaped = escaped;
        _usageFeature = new byte[features][];
        _features = new byte[features][][];
        _entitlementsHead = Piece("{'type':'entitlementsUpdatedV2','customerId':'customer-");
        _entitlementsNext = Piece("','resourceId':null,'accessDeniedReason':null,'entitlements':[");
        _entitlementsTail = Piece("]}");
        _usageHead = Piece("{'type':'usageUpdatedV2','customerId':'customer-");
        _usageUpdatedAt = Piece($",'usagePeriodStart':'{Iso(PeriodStart)}','usagePeriodEnd':'{Iso(PeriodEnd)}','usageUpdatedAt':'");
        _usageTail = Piece("'}}");
        for (var feature = 0; feature < features; feature++)
        {
            _usageFeature[feature] = Piece(
                $"','resourceId':null,'entitlementReference':{{'type':'FEATURE','id':'{Name(feature)}'}},'usage':{{'currentUsage':");
            _features[feature] = FeaturePieces(feature);
        }
    }

    /// <summary>Plain UTF-8, for customers with so many features.</summary>
    public static MessageTemplates Plain(int features) => Of(features, escaped: false);

    /// <summary>As between the quotes of a JSON string.</summary>
    public static MessageTemplates Escaped(int features) => Of(features, escaped: true);

    /// <summary>Writes a usage update.</summary>
    public void WriteUsage(IBufferWriter<byte> output, int customer, ref Mulberry32 random, long time)
    {
        var feature = 2 * random.Next((_features.Length + 1) / 2);
        output.Write(_usageHead);
        WriteCustomer(output, customer);
        output.Write(_usageFeature[feature]);
        WriteNumber(output, random.Next(100_000));
        output.Write(_usageUpdatedAt);
        WriteTime(output.GetSpan(TimeLength), time);
        output.Advance(TimeLength);
        output.Write(_usageTail);
    }

    /// <summary>Writes an entitlements update with all features.</summary>
    public void WriteEntitlements(IBufferWriter<byte> output, int customer, ref Mulberry32 random, long time)
    {
        output.Write(_entitlementsHead);
        WriteCustomer(output, customer);
        output.Write(_entitlementsNext);
        Span<byte> iso = stackalloc byte[TimeLength];
        WriteTime(iso, time);
        for (var feature = 0; feature < _features.Length; feature++)
        {
            WriteFeature(output, feature, ref random, iso);
        }

        output.Write(_entitlementsTail);
    }

    private static MessageTemplates Of(int features, bool escaped) =>
        Cached.GetOrAdd((features, escaped), static key => new MessageTemplates(key.Features, key.Escaped));

    // Pieces of a metered feature: limit | usage | time | time |; of a plain number: limit | time |; of the others: time |.
    private void WriteFeature(IBufferWriter<byte> output, int feature, ref Mulberry32 random, ReadOnlySpan<byte> time)
    {
        var pieces = _features[feature];
        var next = 0;
        output.Write(pieces[next++]);
        if (Kind(feature) == "NUMBER")
        {
            WriteNumber(output, 1000 * (1 + random.Next(10)));
            output.Write(pieces[next++]);
        }

        if (IsMetered(feature))
        {
            WriteNumber(output, random.Next(1000));
            output.Write(pieces[next++]);
            output.Write(time);
            output.Write(pieces[next++]);
        }

        output.Write(time);
        output.Write(pieces[next]);
    }

    private byte[][] FeaturePieces(int feature)
    {
        var metered = IsMetered(feature);
        var kind = Kind(feature);
        var limit = kind == "NUMBER" ? "|" : "null";
        var meter = metered ? feature % 4 == 0 ? "'Incremental'" : "'Fluctuating'" : kind == "NUMBER" ? "'None'" : "null";
        var text =
            $"{(feature == 0 ? string.Empty : ",")}{{'__typename':'FeatureEntitlement','isGranted':true,'accessDeniedReason':null,"
            + $"'usageLimit':{limit},'hasUnlimitedUsage':false,'hasSoftLimit':{Metered("false")},'currentUsage':{Metered("|")},"
            + $"'enumValues':{(kind == "ENUM" ? "['basic','pro']" : "null")},'entitlementUpdatedAt':'|','usageUpdatedAt':{Metered("'|'")},"
            + $"'usagePeriodAnchor':{Metered($"'{Iso(PeriodStart)}'")},'usagePeriodStart':{Metered($"'{Iso(PeriodStart)}'")},"
            + $"'usagePeriodEnd':{Metered($"'{Iso(PeriodEnd)}'")},'resetPeriod':{Metered("'MONTH'")},"
            + $"'resetPeriodConfiguration':{Metered("{'__typename':'MonthlyResetPeriodConfig','monthlyAccordingTo':'SubscriptionStart'}")},"
            + $"'validUntil':null,'creditRate':null,'feature':{{'__typename':'EntitlementFeature','refId':'{Name(feature)}',"
            + $"'displayName':'Feature {feature}','description':'A feature used for load number {feature}','featureType':'{kind}',"
            + $"'meterType':{meter},'featureUnits':{Metered("'call'")},'featureUnitsPlural':{Metered("'calls'")}}}}}";
        return [.. text.Split('|').Select(Piece)];

        string Metered(string value) => metered ? value : "null";
    }

    // Apostrophes stand for quotes: no text here contains one.
    private byte[] Piece(string text) => Encoding.UTF8.GetBytes(text.Replace("'", _escaped ? "\\\"" : "\"", StringComparison.Ordinal));

    private static bool IsMetered(int feature) => feature % 2 == 0;

    private static string Kind(int feature) =>
        IsMetered(feature) ? "NUMBER" : (((feature - 1) / 2) % 3) switch { 0 => "BOOLEAN", 1 => "NUMBER", _ => "ENUM" };

    private static string Name(int feature) => $"feature-{feature:00}-{(IsMetered(feature) ? "metered" : "plain")}";

    private static string Iso(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static void WriteCustomer(IBufferWriter<byte> output, int customer)
    {
        Utf8Formatter.TryFormat(customer, output.GetSpan(11), out var written, new StandardFormat('D', 6));
        output.Advance(written);
    }

    private static void WriteNumber(IBufferWriter<byte> output, int value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(11), out var written);
        output.Advance(written);
    }

    private static void WriteTime(Span<byte> utf8, long ms) =>
        _ = DateTimeOffset.FromUnixTimeMilliseconds(ms).TryFormat(utf8, out _, TimeFormat, CultureInfo.InvariantCulture);
}
