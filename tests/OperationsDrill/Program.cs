using OperationsDrill;
using TestKit;

// Names of accidents: only these are played, and printed instead of written into the page.
var accidents = Accidents.All.Where(accident => args.Length == 0 || args.Contains(accident.Name)).ToArray();
if (accidents.Length == 0)
{
    await Console.Error.WriteLineAsync($"Unknown accident. There are: {string.Join(' ', Accidents.All.Select(static accident => accident.Name))}");
    return 64;
}

var scenes = new List<Scene>();
try
{
    foreach (var accident in accidents)
    {
        scenes.Add(await Scene.StartAsync(accident));
    }

    await using var prometheus = await PrometheusServer.StartAsync(accidents.Zip(scenes, static (accident, scene) => (accident.Name, scene.Worker.Port)));
    var recordings = accidents.Zip(scenes, (accident, scene) => new Recording(accident, scene, prometheus)).ToArray();
    await Task.WhenAll(recordings.Select(static recording => recording.PlayAsync()));

    var page = Page.Write(recordings);
    if (args.Length > 0)
    {
        Console.WriteLine(page);
    }
    else
    {
        await File.WriteAllTextAsync(RepositoryRoot.File("docs", "operations-drill.md"), page);
    }

    foreach (var recording in recordings)
    {
        Console.WriteLine($"{(recording.EndedWell ? "as expected" : "NOT AS EXPECTED")}: {recording.Accident.Title}, {recording.Accident.Alert}");
    }

    return recordings.All(static recording => recording.EndedWell) ? 0 : 1;
}
finally
{
    foreach (var scene in scenes)
    {
        await scene.DisposeAsync();
    }
}
