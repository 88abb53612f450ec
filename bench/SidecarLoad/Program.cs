using System.Globalization;
using SidecarLoad;

// sidecar-load EXECUTABLE CORE [SECONDS]: measures a published Sidecar that runs on the given core alone, with Redis and with its own memory.
if (args is not [var executable, var core, .. var rest])
{
    await Console.Error.WriteLineAsync("usage: sidecar-load EXECUTABLE CORE [SECONDS]");
    return 64;
}

var duration = TimeSpan.FromSeconds(rest is [var seconds, ..] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 10);
Console.WriteLine("| cache | calls/s | p50 | p95 | p99 | RSS idle | RSS peak |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var hasRedis in (bool[])[true, false])
{
    await using var sidecar = await MeasuredSidecar.StartAsync(executable, core, hasRedis);
    var figures = await sidecar.MeasureAsync(duration);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {(hasRedis ? "Redis" : "memory")} | {figures.CallsPerSecond:#,0} | {figures.P50:0.0} ms | {figures.P95:0.0} ms | {figures.P99:0.0} ms | {figures.IdleMegabytes:0} MB | {figures.PeakMegabytes:0} MB |"));
}

return 0;
