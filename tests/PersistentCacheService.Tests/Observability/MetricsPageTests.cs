using System.Buffers;
using System.Text;
using PersistentCacheService.Consuming;
using PersistentCacheService.Messages;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tests.Observability;

public sealed class MetricsPageTests
{
    [Fact]
    public void Every_series_of_bounded_labels_is_on_the_first_page_with_zero()
    {
        using var metrics = new ServiceMetrics();
        using var registry = MetricsPage.CreateRegistry();
        var output = new ArrayBufferWriter<byte>();
        registry.Write(output);
        var page = Encoding.UTF8.GetString(output.WrittenSpan);

        foreach (var type in ServiceMetrics.Types)
        {
            foreach (var outcome in ServiceMetrics.Outcomes)
            {
                Assert.Contains($"persistent_cache_messages_total{{outcome=\"{outcome}\",type=\"{type}\"}} ", page, StringComparison.Ordinal);
            }
        }

        foreach (var name in ServiceMetrics.Unlabelled)
        {
            Assert.Contains($"# TYPE {name} ", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Label_texts_are_bounded_and_one_for_each_enum_member()
    {
        Assert.Equal(Enum.GetValues<MessageType>().Length, ServiceMetrics.Types.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Enum.GetValues<ReturnReason>().Length, ServiceMetrics.ReturnReasons.Length);
        Assert.Contains("skipped_older", ServiceMetrics.Outcomes);
    }
}
