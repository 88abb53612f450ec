using System.Globalization;
using System.Xml.Linq;
using DashboardPicture.Drawing;
using TestKit;

namespace Monitoring.Tests;

public sealed class PictureTests
{
    private static readonly Panel[] Panels = [.. Dashboard.WorkerPanels.Select(Panel.From)];

    [Fact]
    public void The_documentations_picture_shows_every_panel_about_the_worker()
    {
        var texts = TextsOf(XDocument.Load(RepositoryRoot.File("docs", "images", "dashboard.svg")));

        // After a change of the panels: make dashboard-picture.
        Assert.All(Panels, panel => Assert.Contains(panel.Title, texts));
    }

    [Fact]
    public void Every_panel_can_be_drawn_and_nothing_reaches_beyond_the_picture()
    {
        var svg = XDocument.Parse(Picture.Draw("Title", Panels, Recorded(panel => [Ramp("first", 0.3), Ramp(panel.OtherUnits.Keys.FirstOrDefault("second"), 12_345)])));
        var width = double.Parse(svg.Root!.Attribute("width")!.Value, CultureInfo.InvariantCulture);

        Assert.DoesNotContain("no data", TextsOf(svg));
        Assert.All(svg.Descendants().Where(static element => element.Name.LocalName == "text"), text => Assert.InRange(Reach(text), 0, width));
    }

    [Fact]
    public void A_panel_without_data_says_so()
    {
        var svg = XDocument.Parse(Picture.Draw("Title", Panels, Recorded(static _ => [])));

        Assert.Equal(Dashboard.WorkerPanels.Count(static panel => Dashboard.TypeOf(panel) != "row"), TextsOf(svg).Count(static text => text == "no data"));
    }

    [Theory]
    [InlineData("ops", 317, null, new[] { "0/s", "100/s", "200/s", "300/s", "400/s" })]
    [InlineData("s", 0.0042, null, new[] { "0 ms", "2 ms", "4 ms", "6 ms" })]
    [InlineData("bytes", 157_286_400, null, new[] { "0 MiB", "50 MiB", "100 MiB", "150 MiB" })]
    [InlineData("percentunit", 0.7, 1.0, new[] { "0%", "25%", "50%", "75%", "100%" })]
    [InlineData("none", 0, null, new[] { "0", "0.25", "0.5", "0.75", "1" })]
    public void An_axis_has_round_numbers_with_units(string unit, double largest, double? max, string[] labels) =>
        Assert.Equal(labels, Axis.For(unit, largest, max).Labels);

    [Fact]
    public void A_legend_goes_on_in_the_next_line_when_there_is_no_room()
    {
        var lines = Legend.Within(250, 12, Enumerable.Repeat(("ten letters", "#000"), 5)).Lines;

        Assert.Equal([2, 2, 1], lines.Select(static line => line.Count));
    }

    [Fact]
    public void A_tile_shows_the_dashboards_words_for_each_state_of_redis()
    {
        var redis = Panels.Single(static panel => panel.Title == "Redis");

        Assert.Equal(["DISCONNECTED", "NO WRITES", "CONNECTED"], new double[] { 0, 1, 2 }.Select(value => StatTile.Print(redis, value)));
        Assert.Equal(3, redis.Thresholds.Count);
    }

    private static RecordedDashboard Recorded(Func<Panel, IReadOnlyList<Series>> seriesOf) => new(
        120, 2, [new Incident("incident", 30, 60, "#ffeeee")],
        Panels.ToDictionary(static panel => panel.Title, seriesOf, StringComparer.Ordinal),
        new Dictionary<string, IReadOnlyList<Series>>(StringComparer.Ordinal) { ["Alerts"] = [Ramp("alert", 1)] });

    private static Series Ramp(string name, double largest) => new(name, [.. Enumerable.Range(0, 61).Select(number => new Point(number * 2, largest * number / 60))]);

    private static IReadOnlyList<string> TextsOf(XDocument svg) =>
        [.. svg.Descendants().Where(static element => element.Name.LocalName == "text").Select(static text => text.Value)];

    // The right end of a text, or the left one of a text that ends at its place.
    private static double Reach(XElement text)
    {
        double Number(string name) => double.Parse(text.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        var width = Canvas.WidthOf(text.Value, Number("font-size"));
        return Number("x") + (text.Attribute("text-anchor")?.Value switch { "end" => -width, "middle" => width / 2, _ => width });
    }
}
