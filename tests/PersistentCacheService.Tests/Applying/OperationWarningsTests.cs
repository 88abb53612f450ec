using System.Globalization;
using Amazon.SQS.Model;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using PersistentCacheService.Applying;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Tests.Messages;
using TestKit;

namespace PersistentCacheService.Tests.Applying;

public sealed class OperationWarningsTests
{
    private const int ImplausibleTime = 1207;
    private const int CreditsInDualLayout = 1208;
    private const string Usage = """{"usage":{"customerId":"c","featureId":"f","currentUsage":1,"usageUpdatedAt":TIME}}""";
    private const string Credit = """{"customerId":"c","entitlements":[{"currency":{"currencyId":"k"},"usageLimit":5}]}""";

    private readonly CapturedLogs _logs = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ServiceMetrics _metrics = new(new MetricsPage());

    [Fact]
    public void A_time_that_cannot_be_true_is_told_once_a_minute_with_message_and_type()
    {
        var warnings = Warnings(CacheLayout.V3);
        for (var second = 0; second < 90; second++)
        {
            Observe(warnings, Usage.Replace("TIME", "9999999999999", StringComparison.Ordinal), $"m{second}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Observe(warnings, Usage.Replace("TIME", "7", StringComparison.Ordinal), "past");
        Observe(warnings, Usage.Replace("TIME", "1777630200000", StringComparison.Ordinal), "true");

        var told = _logs.WithEvent(ImplausibleTime);
        Assert.Equal(3, told.Count);
        Assert.Contains("m0 (UsageUpdated)", told[0].Message, StringComparison.Ordinal);
        Assert.Contains("Future", told[0].Message, StringComparison.Ordinal);
        Assert.Contains("m60 ", told[1].Message, StringComparison.Ordinal);
        Assert.Contains("past (UsageUpdated)", told[2].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dual", 1)]
    [InlineData("V3", 0)]
    [InlineData("V2", 0)]
    public void The_first_credit_in_layout_dual_is_told_once(string layout, int lines)
    {
        var warnings = Warnings(Enum.Parse<CacheLayout>(layout));
        Observe(warnings, """{"customerId":"c","entitlements":[{"feature":{"refId":"f","featureType":"BOOLEAN"}}]}""", "feature");
        Assert.Empty(_logs.Entries);

        Observe(warnings, Credit, "first");
        Observe(warnings, Credit, "second");
        Assert.Equal(lines, _logs.WithEvent(CreditsInDualLayout).Count);
    }

    private static void Observe(OperationWarnings warnings, string body, string messageId)
    {
        using var operation = DecodedAs.Any(body);
        var message = new Message { MessageId = messageId, Attributes = new() { ["SentTimestamp"] = DecodedAs.SentTimestamp.ToString(CultureInfo.InvariantCulture) } };
        warnings.Observe(operation, ReceivedMessage.Batch([message], TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None)[0]);
    }

    private OperationWarnings Warnings(CacheLayout layout) =>
        new(new CacheSettings("production", 60, CacheUpdatePolicy.Upsert, layout, 1), _metrics, _time, _logs.Logger<OperationWarnings>());
}
