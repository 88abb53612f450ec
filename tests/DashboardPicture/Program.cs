using System.Text.Json;
using DashboardPicture;
using DashboardPicture.Drawing;
using Monitoring.Tests;
using OperationsDrill;
using TestKit;

// --page: takes pictures of the worker's own page at the end of the story, and asks no Prometheus.
if (args is ["--page"])
{
    await using var stage = await Stage.StartAsync();
    using var load = new CancellationTokenSource();
    var sending = stage.SendAsync(load.Token);
    await Story.PlayAsync(stage);
    await PagePictures.TakeAsync(stage.Worker.Port);
    await load.CancelAsync();
    await sending;
    return 0;
}

// --draw: draws the last recording once more.
var file = RepositoryRoot.File("artifacts", "dashboard-recording.json");
if (args is not ["--draw"])
{
    await using var stage = await Stage.StartAsync();
    await using var prometheus = await PrometheusServer.StartAsync([("persistent-cache", stage.Worker.Port)], Queries.Step);
    using var load = new CancellationTokenSource();
    var sending = stage.SendAsync(load.Token);
    var start = await Story.PlayAsync(stage);
    var answers = await new Queries(prometheus, start).AskAsync();
    await load.CancelAsync();
    await sending;
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(answers));
}

var recorded = JsonSerializer.Deserialize<RecordedDashboard>(await File.ReadAllTextAsync(file))!;
foreach (var (panel, series) in recorded.Panels)
{
    Console.WriteLine($"{panel}: {(series.Count > 0 ? string.Join(", ", series.Select(static one => $"{one.Name} {one.Points.Count}")) : "no data")}");
}

await File.WriteAllTextAsync(
    RepositoryRoot.File("docs", "images", "dashboard.svg"), Picture.Draw(Dashboard.Title, [.. Dashboard.WorkerPanels.Select(Panel.From)], recorded));
return 0;
