using System.Globalization;
using SidecarLoad;
using TestKit;
using TestKit.EdgeApi;

// sidecar-load EXECUTABLE CORE [SECONDS]: measures a published Sidecar that runs on the given core alone, with Redis and with its own memory, and between them
// a Node server with Stigg's SDK on the same Redis. Prints the tables of docs/performance.md.
if (args is not [var executable, var core, .. var rest])
{
    await Console.Error.WriteLineAsync("usage: sidecar-load EXECUTABLE CORE [SECONDS]");
    return 64;
}

var duration = TimeSpan.FromSeconds(rest is [var seconds, ..] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 10);
await using var edge = await FakeEdgeApi.StartAsync();
Customers.StoreIn(edge);
await using var redis = await RedisServer.StartAsync();
Figures fromRedis;
Figures inTurn;
await using (var sidecar = await MeasuredServer.StartSidecarAsync(executable, core, edge, redis))
{
    var idle = sidecar.Resident;
    await sidecar.FillAsync();
    fromRedis = await sidecar.MeasureAsync(duration, idle);
    inTurn = await sidecar.MeasureInTurnAsync(duration, idle);
}

Figures ofPeer;
await using (var peer = await MeasuredServer.StartPeerAsync(core, edge, redis))
{
    ofPeer = await peer.MeasureAsync(duration, peer.Resident);
}

await using var inMemory = await MeasuredServer.StartSidecarAsync(executable, core, edge, redis: null);
var idleInMemory = inMemory.Resident;
await inMemory.FillAsync();
var fromMemory = await inMemory.MeasureAsync(duration, idleInMemory);
Console.Write(Report.Of(fromRedis, fromMemory, ofPeer, [inTurn, await inMemory.MeasureInTurnAsync(duration, idleInMemory)]));
return 0;
