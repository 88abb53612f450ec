using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using PersistentCacheService.EdgeApi;
using PersistentCacheService.Messages;
using PersistentCacheService.Observability;
using PersistentCacheService.Observability.Definitions;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Redis;
using PersistentCacheService.Sentry;
using TestKit;

namespace PersistentCacheService.Tests.Observability;

/// <summary>The catalogue is whole and the only one; that a running worker shows just this is seen in Monitoring.Tests.</summary>
public sealed partial class InstrumentsTests
{
    [Fact]
    public void Every_entry_has_a_name_of_its_own_a_unit_and_a_meaning()
    {
        Assert.Equal(Instruments.All.Count, Instruments.All.Select(static instrument => instrument.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Instruments.All, static instrument =>
        {
            Assert.Matches("^[a-z][a-z_]+$", instrument.Name);
            Assert.Matches(@"^(s|By|1|\{[a-z]+\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Meaning, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_name_and_its_unit_tell_the_same() => Assert.All(Instruments.All, static instrument =>
    {
        var name = instrument.Name.Replace("_total", string.Empty, StringComparison.Ordinal);
        Assert.Equal(name.EndsWith("_seconds", StringComparison.Ordinal), instrument.Unit == "s");
        Assert.Equal(name.EndsWith("_bytes", StringComparison.Ordinal), instrument.Unit == "By");
    });

    [Fact]
    public void The_three_parts_are_the_whole() =>
        Assert.Equal(Instruments.All, [.. Instruments.Original, .. Instruments.Additional, .. Instruments.Process]);

    [Fact]
    public void Every_label_is_bounded() => Assert.All(Instruments.All, static instrument =>
    {
        Assert.All(instrument.Labels, static label =>
        {
            Assert.NotEmpty(label.Values);
            Assert.Equal(label.Values, label.Values.Distinct(StringComparer.Ordinal));
            Assert.EndsWith(".", label.Meaning, StringComparison.Ordinal);
        });
        Assert.Equal(instrument.Labels.Aggregate(1, static (count, label) => count * label.Values.Count), instrument.SeriesCount);
        Assert.InRange(instrument.SeriesCount, 1, 100);
    });

    [Fact]
    public void An_enum_s_member_stands_at_its_number()
    {
        AssertPositions<MessageType>(Instruments.MessageTypes);
        AssertPositions<MessageOutcome>(Instruments.MessageOutcomes);
        AssertPositions<SqsErrorKind>(Instruments.ReceiveResults, shift: 2);
        AssertPositions<DeleteResult>(Instruments.DeleteResults);
        AssertPositions<ReturnReason>(Instruments.ReturnReasons);
        AssertPositions<RedisErrorKind>(Instruments.RedisErrorKinds);
        AssertPositions<EdgeResult>(Instruments.EdgeResults);
        AssertPositions<EventOutcome>(Instruments.EventOutcomes);
        Assert.Equal("skipped_older", Instruments.MessageOutcomes[(int)MessageOutcome.SkippedOlder].Value);
    }

    [Fact]
    public void An_instrument_has_all_its_entry_says()
    {
        using var meter = new Meter("catalogue");
        var buckets = Instruments.WriteDuration.Create(meter);
        Assert.Equal(("persistent_cache_write_duration_seconds", "s", Instruments.WriteDuration.Meaning), (buckets.Name, buckets.Unit, buckets.Description));
        Assert.Equal(Instruments.WriteDuration.Buckets, buckets.Advice!.HistogramBucketBoundaries!);
        var count = Instruments.Processed.Create(meter);
        Assert.Equal(("persistent_cache_messages_processed_total", "{message}", Instruments.Processed.Meaning), (count.Name, count.Unit, count.Description));
    }

    [Fact]
    public void What_is_read_at_the_scrape_comes_with_its_labels_and_without_what_is_not_known()
    {
        using var meter = new Meter("catalogue");
        var seen = new List<(string Name, string? Unit, double Value, string Labels)>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            seen.Add((instrument.Name, instrument.Unit, value, string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")))));
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();
        Instruments.SentryEvents.Observe(meter, static outcome => outcome == (int)EventOutcome.Failed ? null : outcome);
        Instruments.HitRatio.Observe(meter, static () => null);
        Instruments.MemoryUsage.Observe(meter, static () => 5);
        listener.RecordObservableInstruments();

        Assert.Equal(
            [
                ("persistent_cache_sentry_events_total", "{event}", 0, "outcome=sent"),
                ("persistent_cache_sentry_events_total", "{event}", 1, "outcome=dropped_repeated"),
                ("persistent_cache_sentry_events_total", "{event}", 2, "outcome=dropped_rate_limited"),
                ("persistent_cache_sentry_events_total", "{event}", 3, "outcome=dropped_queue_full"),
                ("persistent_cache_memory_usage_bytes", "By", 5, string.Empty),
            ],
            seen);
    }

    [Fact]
    public void No_other_file_of_the_worker_or_its_libraries_spells_a_name_or_creates_an_instrument()
    {
        string[] catalogue = ["Instruments.cs", "CounterDefinition.cs", "GaugeDefinition.cs", "HistogramDefinition.cs"];
        string[] pageItself = ["PrometheusRegistry.cs", "ExpositionProblems.cs"];

        var others = Directory.EnumerateFiles(RepositoryRoot.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !catalogue.Concat(pageItself).Contains(Path.GetFileName(file)))
            .Where(static file => NameOrCreation().IsMatch(File.ReadAllText(file)));

        Assert.Empty(others);
    }

    private static void AssertPositions<T>(LabelDefinition label, int shift = 0)
        where T : struct, Enum
    {
        Assert.Equal(Enum.GetValues<T>().Length + shift, label.Values.Count);
        Assert.All(Enum.GetValues<T>(), value =>
            Assert.Equal(new KeyValuePair<string, object?>(label.Name, LabelText.SnakeCase(value.ToString())), label[shift + Convert.ToInt32(value, null)]));
    }

    [GeneratedRegex("\"(persistent_cache|process|dotnet|metrics_exposition)_[a-z_]+\"|\\.Create(Observable)?(Counter|Histogram|Gauge|UpDownCounter)\\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameOrCreation();
}
