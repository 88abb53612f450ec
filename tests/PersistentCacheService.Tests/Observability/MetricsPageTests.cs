using System.Buffers;
using System.Text;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tests.Observability;

public sealed class MetricsPageTests
{
    [Fact]
    public void Every_series_of_bounded_labels_is_on_the_first_page()
    {
        using var metrics = new ServiceMetrics();
        using var registry = MetricsPage.CreateRegistry();
        var output = new ArrayBufferWriter<byte>();
        registry.Write(output);
        var page = Encoding.UTF8.GetString(output.WrittenSpan);

        foreach (var type in Instruments.MessageTypes.Values)
        {
            foreach (var outcome in Instruments.MessageOutcomes.Values)
            {
                Assert.Contains($"persistent_cache_messages_total{{outcome=\"{outcome}\",type=\"{type}\"}} ", page, StringComparison.Ordinal);
            }
        }

        Assert.Contains("\npersistent_cache_write_duration_seconds_count ", page, StringComparison.Ordinal);
    }
}
