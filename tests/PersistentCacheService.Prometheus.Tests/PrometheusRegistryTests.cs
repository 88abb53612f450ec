using System.Diagnostics.Metrics;
using System.Globalization;
using static PersistentCacheService.Prometheus.Tests.MetricsFixture;

namespace PersistentCacheService.Prometheus.Tests;

public sealed class PrometheusRegistryTests : IDisposable
{
    private readonly MetricsFixture _metrics = new();

    private static string[] ProblemLines(MetricsFixture metrics) =>
        [.. metrics.Samples("metrics_exposition_problems_total").Where(line => !line.EndsWith(" 0", StringComparison.Ordinal))];

    [Fact]
    public void A_page_with_every_kind_of_instrument_is_byte_for_byte_as_expected()
    {
        var messages = _metrics.Meter.CreateCounter<long>("messages_total", description: "Messages by type.");
        var inFlight = _metrics.Meter.CreateUpDownCounter<int>("in_flight", description: "Messages in work.");
        var temperature = _metrics.Meter.CreateGauge<double>("temperature_celsius", description: "Set, not added.");
        var duration = _metrics.Meter.CreateHistogram(
            "duration_seconds",
            unit: "s",
            description: "A \"quoted\" help\nwith a \\ and a newline.",
            tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00025, 0.1, 1] });
        var sizes = _metrics.Meter.CreateHistogram(
            "batch_size",
            unit: null,
            description: "Entries.",
            tags: null,
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 10] });
        _metrics.Meter.CreateObservableGauge("hits_total", () => 12.5, description: "A gauge whose name says otherwise.");
        _metrics.Meter.CreateObservableCounter("cpu_seconds_total", () => 7L, description: "Observed counter.");

        messages.Add(2, Tag("type", "usage"), Tag("outcome", "written"));
        messages.Add(1, Tag("type", "purge"), Tag("outcome", "purged"));
        inFlight.Add(5);
        inFlight.Add(-2);
        temperature.Record(-1.25);
        temperature.Record(36.6);
        duration.Record(0.00025);
        duration.Record(0.5);
        duration.Record(30);
        sizes.Record(10);

        Assert.Equal(
            """
            # HELP batch_size Entries.
            # TYPE batch_size histogram
            batch_size_bucket{le="1"} 0
            batch_size_bucket{le="10"} 1
            batch_size_bucket{le="+Inf"} 1
            batch_size_sum 10
            batch_size_count 1
            # HELP cpu_seconds_total Observed counter.
            # TYPE cpu_seconds_total counter
            cpu_seconds_total 7
            # HELP duration_seconds A "quoted" help\nwith a \\ and a newline.
            # TYPE duration_seconds histogram
            duration_seconds_bucket{le="0.00025"} 1
            duration_seconds_bucket{le="0.1"} 1
            duration_seconds_bucket{le="1"} 2
            duration_seconds_bucket{le="+Inf"} 3
            duration_seconds_sum 30.50025
            duration_seconds_count 3
            # HELP hits_total A gauge whose name says otherwise.
            # TYPE hits_total gauge
            hits_total 12.5
            # HELP in_flight Messages in work.
            # TYPE in_flight gauge
            in_flight 3
            # HELP messages_total Messages by type.
            # TYPE messages_total counter
            messages_total{outcome="purged",type="purge"} 1
            messages_total{outcome="written",type="usage"} 2
            # HELP metrics_exposition_problems_total What could not be shown on this page: failed callbacks, refused instruments and dropped measurements.
            # TYPE metrics_exposition_problems_total counter
            metrics_exposition_problems_total{problem="callback_failed"} 0
            metrics_exposition_problems_total{problem="instrument_conflict"} 0
            metrics_exposition_problems_total{problem="invalid_label"} 0
            metrics_exposition_problems_total{problem="invalid_value"} 0
            metrics_exposition_problems_total{problem="series_limit"} 0
            # HELP temperature_celsius Set, not added.
            # TYPE temperature_celsius gauge
            temperature_celsius 36.6

            """,
            _metrics.Page());
    }

    [Fact]
    public void Declared_series_are_zero_before_the_first_measurement_whether_declared_before_or_after_the_instrument()
    {
        _metrics.Registry.Declare("early_total", new LabelValues("result", "failed", "ok"), new LabelValues("kind", "a", "b"));
        _metrics.Meter.CreateCounter<long>("early_total");
        var late = _metrics.Meter.CreateHistogram(
            "late_seconds",
            unit: null,
            description: null,
            tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        _metrics.Registry.Declare(late);

        Assert.Equal(
            [
                """early_total{kind="a",result="failed"} 0""",
                """early_total{kind="a",result="ok"} 0""",
                """early_total{kind="b",result="failed"} 0""",
                """early_total{kind="b",result="ok"} 0""",
            ],
            _metrics.Samples("early_total"));
        Assert.Equal(
            ["""late_seconds_bucket{le="1"} 0""", """late_seconds_bucket{le="+Inf"} 0""", "late_seconds_sum 0", "late_seconds_count 0"],
            _metrics.Samples("late_seconds"));
    }

    [Fact]
    public void Tags_in_another_order_are_the_same_series()
    {
        var counter = _metrics.Meter.CreateCounter<int>("events_total");

        counter.Add(1, Tag("a", "x"), Tag("b", "y"));
        counter.Add(1, Tag("b", "y"), Tag("a", "x"));
        counter.Add(1, Tag("b", "x"), Tag("a", "y"));

        Assert.Equal(["""events_total{a="x",b="y"} 2""", """events_total{a="y",b="x"} 1"""], _metrics.Samples("events_total"));
    }

    [Fact]
    public void Label_values_of_every_type_and_with_special_characters_are_escaped()
    {
        var counter = _metrics.Meter.CreateCounter<int>("events_total");

        counter.Add(1, Tag("v", "quote \" slash \\ line\nend ü 😀"));
        counter.Add(1, Tag("v", true));
        counter.Add(1, Tag("v", null));
        counter.Add(1, Tag("v", 1.5));
        counter.Add(1, Tag("v", DayOfWeek.Friday));

        Assert.Equal(
            [
                """events_total{v=""} 1""",
                """events_total{v="1.5"} 1""",
                """events_total{v="Friday"} 1""",
                """events_total{v="quote \" slash \\ line\nend ü 😀"} 1""",
                """events_total{v="true"} 1""",
            ],
            _metrics.Samples("events_total"));
    }

    [Fact]
    public void A_failing_callback_is_left_out_and_counted_and_the_rest_of_the_page_is_there()
    {
        var fails = true;
        _metrics.Meter.CreateObservableGauge("good_before", () => 1);
        _metrics.Meter.CreateObservableGauge("moody", () => fails ? throw new InvalidOperationException("no figure") : 2);
        _metrics.Meter.CreateObservableGauge("z_good_after", () => 3);

        var broken = (Moody: _metrics.Samples("moody"), Before: _metrics.Samples("good_before"), After: _metrics.Samples("z_good_after"));
        fails = false;

        Assert.Empty(broken.Moody);
        Assert.Equal(["good_before 1"], broken.Before);
        Assert.Equal(["z_good_after 3"], broken.After);
        Assert.Equal(["moody 2"], _metrics.Samples("moody"));
        Assert.Equal(["""metrics_exposition_problems_total{problem="callback_failed"} 3"""], ProblemLines(_metrics));
    }

    [Fact]
    public void An_observed_value_that_is_unknown_again_disappears_instead_of_going_stale()
    {
        IEnumerable<Measurement<long>> known = [new(42)];
        _metrics.Meter.CreateObservableGauge("memory_bytes", () => known);

        var first = _metrics.Samples("memory_bytes");
        known = [];

        Assert.Equal(["memory_bytes 42"], first);
        Assert.Empty(_metrics.Samples("memory_bytes"));
    }

    [Fact]
    public void Series_beyond_the_limit_are_dropped_and_counted_and_known_ones_go_on()
    {
        using var metrics = new MetricsFixture(maxSeriesPerMetric: 3);
        var counter = metrics.Meter.CreateCounter<int>("events_total");

        for (var i = 0; i < 10; i++)
        {
            counter.Add(1, Tag("id", i.ToString(CultureInfo.InvariantCulture)));
        }

        counter.Add(5, Tag("id", "0"));

        Assert.Equal(
            ["""events_total{id="0"} 6""", """events_total{id="1"} 1""", """events_total{id="2"} 1"""],
            metrics.Samples("events_total"));
        Assert.Equal(["""metrics_exposition_problems_total{problem="series_limit"} 7"""], ProblemLines(metrics));
    }

    [Fact]
    public void Labels_that_would_make_the_page_unreadable_are_refused()
    {
        var counter = _metrics.Meter.CreateCounter<int>("events_total");
        var histogram = _metrics.Meter.CreateHistogram<double>("duration_seconds");

        counter.Add(1, Tag("same", "1"), Tag("same", "2"));
        counter.Add(1, Tag("a.b", "1"), Tag("a_b", "2"));
        histogram.Record(1, Tag("le", "5"));

        Assert.Empty(_metrics.Samples("events_total"));
        Assert.Empty(_metrics.Samples("duration_seconds"));
        Assert.Equal(["""metrics_exposition_problems_total{problem="invalid_label"} 3"""], ProblemLines(_metrics));
    }

    [Fact]
    public void A_counter_never_goes_down_and_a_sum_never_becomes_NaN()
    {
        var counter = _metrics.Meter.CreateCounter<double>("events_total");
        var histogram = _metrics.Meter.CreateHistogram<double>("duration_seconds");
        _metrics.Registry.Declare(histogram);

        counter.Add(3);
        counter.Add(-1);
        counter.Add(double.NaN);
        histogram.Record(double.NaN);

        Assert.Equal(["events_total 3"], _metrics.Samples("events_total"));
        Assert.Contains("duration_seconds_count 0", _metrics.Samples("duration_seconds"));
        Assert.Equal(["""metrics_exposition_problems_total{problem="invalid_value"} 3"""], ProblemLines(_metrics));
    }

    [Fact]
    public void Gauges_show_NaN_and_the_infinities_as_Prometheus_spells_them()
    {
        _metrics.Meter.CreateObservableGauge("figure", () => new[]
        {
            new Measurement<double>(double.NaN, Tag("v", "a")),
            new Measurement<double>(double.PositiveInfinity, Tag("v", "b")),
            new Measurement<double>(double.NegativeInfinity, Tag("v", "c")),
        });

        Assert.Equal(["""figure{v="a"} NaN""", """figure{v="b"} +Inf""", """figure{v="c"} -Inf"""], _metrics.Samples("figure"));
    }

    [Fact]
    public void Two_meters_with_the_same_instrument_add_up_and_the_metric_leaves_with_the_last_of_them()
    {
        using var registry = new PrometheusRegistry(meter => meter.Name is "twin-of-two-meters");
        var first = new Meter("twin-of-two-meters");
        var second = new Meter("twin-of-two-meters");
        first.CreateCounter<int>("twins_total").Add(1);
        second.CreateCounter<long>("twins_total").Add(2);

        var both = PageOf(registry);
        first.Dispose();
        var one = PageOf(registry);
        second.Dispose();

        Assert.Contains("\ntwins_total 3\n", both, StringComparison.Ordinal);
        Assert.Contains("\ntwins_total 3\n", one, StringComparison.Ordinal);
        Assert.DoesNotContain("twins_total", PageOf(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_instrument_of_the_same_name_and_another_type_is_refused_and_counted()
    {
        _metrics.Meter.CreateCounter<int>("thing_total").Add(1);
        _metrics.Meter.CreateUpDownCounter<int>("thing_total").Add(100);

        Assert.Equal(["thing_total 1"], _metrics.Samples("thing_total"));
        Assert.Equal(["""metrics_exposition_problems_total{problem="instrument_conflict"} 1"""], ProblemLines(_metrics));
    }

    [Fact]
    public void Names_of_other_libraries_are_made_legal_and_a_counter_gets_no_suffix()
    {
        _metrics.Meter.CreateCounter<int>("http.server/requests").Add(1, Tag("http.method", "GET"), Tag("1st", "x"));

        Assert.Equal(["""http_server_requests{_1st="x",http_method="GET"} 1"""], _metrics.Samples("http_server_requests"));
    }

    [Fact]
    public void The_page_does_not_depend_on_the_culture_of_the_thread()
    {
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NegativeSign = "~";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = german;
        try
        {
            _metrics.Meter.CreateUpDownCounter<double>("figure").Add(-1234.5, Tag("v", 0.5));
            Assert.Equal(["""figure{v="0.5"} -1234.5"""], _metrics.Samples("figure"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    public void Dispose() => _metrics.Dispose();
}
