using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using EntitlementCache.EdgeApi;
using EntitlementCache.Messages;
using EntitlementCache.Observability;
using EntitlementCache.Observability.Definitions;
using EntitlementCache.Observability.Errors;
using EntitlementCache.Redis;
using PersistentCacheService.Auditing;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Refetching;
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
        Assert.Equal(instrument.Labels.Aggregate(1, static (count, label) => count * label.Values.Count), instrument.Series.Count);
        Assert.InRange(instrument.Series.Count, 1, 120);
    });

    [Fact]
    public void An_enum_s_member_stands_at_its_number()
    {
        AssertPositions<MessageType>(Instruments.MessageTypes);
        AssertPositions<MessageOutcome>(Instruments.MessageOutcomes);
        AssertPositions<SqsErrorKind>(Instruments.ReceiveResults, shift: 2);
        AssertPositions<DeleteResult>(Instruments.DeleteResults);
        AssertPositions<ReturnReason>(Instruments.ReturnReasons);
        AssertPositions<RedisFailureKind>(Instruments.RedisErrorKinds);
        AssertPositions<EdgeResult>(Instruments.EdgeResults);
        AssertPositions<RefetchResult>(Instruments.WarmResults);
        AssertPositions<AuditResult>(Instruments.AuditResults);
        AssertPositions<DriftKind>(Instruments.DriftKinds);
        Assert.Equal(Instruments.WarmResults.Values.SkipLast(1), Instruments.SweepResults.Values);
        AssertPositions<EventOutcome>(Instruments.EventOutcomes);
        Assert.Equal("skipped_older", Instruments.MessageOutcomes.Values[(int)MessageOutcome.SkippedOlder]);
    }

    [Fact]
    public void What_is_pushed_has_all_its_entry_says_and_the_values_of_the_page()
    {
        using var pushed = new PushedMeter(Instruments.MeterName);
        var page = new MetricsPage(pushed);
        var seen = new List<(string Name, string? Unit, string? Meaning, double Value, string Labels)>();
        var buckets = new Dictionary<string, IReadOnlyList<double>?>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            seen.Add((instrument.Name, instrument.Unit, instrument.Description, value, string.Join(',', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}")))));
        listener.InstrumentPublished = (instrument, self) =>
        {
            // Other tests may have meters of this name.
            if (ReferenceEquals(instrument.Meter, pushed.Meter))
            {
                buckets[instrument.Name] = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries;
                self.EnableMeasurementEvents(instrument);
            }
        };
        Instruments.DeleteEntries.Create(page).Add(5, (int)DeleteResult.Failed);
        var duration = Instruments.WriteDuration.Create(page);
        Instruments.SentryEvents.Observe(page, static outcome => outcome == (int)EventOutcome.Sent ? 7 : null);
        Instruments.HitRatio.Observe(page, static () => null);
        Instruments.MemoryUsage.Observe(page, static () => 5);
        listener.Start();
        duration.Record(0.5);
        listener.RecordObservableInstruments();

        Assert.Equal(
            [
                ("persistent_cache_write_duration_seconds", "s", Instruments.WriteDuration.Meaning, 0.5, string.Empty),
                ("metrics_exposition_problems_total", "{problem}", Instruments.ExpositionProblems.Meaning, 0, "problem=callback_failed"),
                ("persistent_cache_delete_entries_total", "{message}", Instruments.DeleteEntries.Meaning, 0, "result=deleted"),
                ("persistent_cache_delete_entries_total", "{message}", Instruments.DeleteEntries.Meaning, 5, "result=failed"),
                ("persistent_cache_delete_entries_total", "{message}", Instruments.DeleteEntries.Meaning, 0, "result=expired"),
                ("persistent_cache_sentry_events_total", "{event}", Instruments.SentryEvents.Meaning, 7, "outcome=sent"),
                ("persistent_cache_memory_usage_bytes", "By", Instruments.MemoryUsage.Meaning, 5, string.Empty),
            ],
            seen);
        Assert.Equal(Instruments.WriteDuration.Buckets, buckets[Instruments.WriteDuration.Name]!);
    }

    [Fact]
    public void No_other_file_of_the_worker_or_its_libraries_spells_a_name_or_creates_an_instrument()
    {
        string[] catalogue = ["Instruments.cs", "SharedInstruments.cs", "MetricsPage.cs", "PushedMeter.cs", "SidecarMetrics.cs"]; // The last one is the Sidecar's own.

        var others = Directory.EnumerateFiles(RepositoryRoot.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !catalogue.Contains(Path.GetFileName(file)))
            .Where(static file => NameOrCreation().IsMatch(File.ReadAllText(file)));

        Assert.Empty(others);
    }

    private static void AssertPositions<T>(LabelDefinition label, int shift = 0)
        where T : struct, Enum
    {
        Assert.Equal(Enum.GetValues<T>().Length + shift, label.Values.Count);
        Assert.All(Enum.GetValues<T>(), value =>
            Assert.Equal(LabelText.SnakeCase(value.ToString()), label.Values[shift + Convert.ToInt32(value, null)]));
    }

    [GeneratedRegex("\"(persistent_cache|process|dotnet|metrics_exposition)_[a-z_]+\"|\\.Create(Observable)?(Counter|Histogram|Gauge|UpDownCounter)\\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameOrCreation();
}
