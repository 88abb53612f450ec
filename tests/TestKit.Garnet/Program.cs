using System.Globalization;
using TestKit.Engines;

// Garnet as a process that tests can start, freeze and kill as they do redis-server. Of redis-server's arguments it takes the port; the others ask for
// what it does anyway (loopback, no persistence), or for what it has not.
if (args is ["--version"])
{
    Console.WriteLine(EmbeddedGarnet.Version);
    return;
}

var port = int.Parse(args[Array.IndexOf(args, "--port") + 1], CultureInfo.InvariantCulture);
using var garnet = EmbeddedGarnet.Start(port);
Console.WriteLine("Ready to accept connections");
await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
