using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Grpc.Net.Client;
using Stigg.Sidecar.V1;
using TestKit.Processes;

namespace SidecarLoad;

/// <summary>
/// 64 calls in flight, on eight connections with a customer each, or with all customers in turn. The load of the former is h2load's (Debian's nghttp2-client): a gRPC client of .NET takes more of its core
/// for a call than the Sidecar, and would be what is measured. That the answers are right is checked with such a client before and after.
/// </summary>
internal sealed class Callers(int port) : IDisposable
{
    private const int Connections = 8;
    private const int CallsOnEach = 8;

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");

    /// <summary>Has the server fetch every customer.</summary>
    public async Task FillAsync()
    {
        var client = new SidecarService.SidecarServiceClient(_channel);
        for (var i = 0; i < Customers.Count; i++)
        {
            await client.ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = Customers.Id(i) });
        }
    }

    /// <summary>Calls without a pause, for every customer in turn.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<List<double>> RunInTurnAsync(TimeSpan duration)
    {
        await CheckAsync();
        var requests = Enumerable.Range(0, Customers.Count).Select(static customer => Framed(Request(customer))).ToArray();
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection =>
        {
            // Each connection is elsewhere among them, so that no customer is asked for twice within a hundred calls.
            var first = connection * Customers.Count / Connections;
            return Task.Run(() => new CustomersInTurn(port, call => requests[(first + call) % Customers.Count]).RunAsync(CallsOnEach, duration));
        }));
        await CheckAsync();
        return [.. all.SelectMany(static one => one)];
    }

    /// <summary>Calls without a pause, for one customer on each connection.</summary>
    /// <returns>How long each call took, ms.</returns>
    /// <exception cref="InvalidOperationException">An answer is not what the cache holds, or a call failed.</exception>
    public async Task<List<double>> RunAsync(TimeSpan duration)
    {
        await CheckAsync();
        var directory = Directory.CreateTempSubdirectory("sidecar-load-");
        var all = await Task.WhenAll(Enumerable.Range(0, Connections).Select(customer => LoadAsync(directory.FullName, customer, duration)));
        directory.Delete(recursive: true);
        await CheckAsync();
        return [.. all.SelectMany(static one => one)];
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static GetMeteredEntitlementRequest Request(int customer) => new() { CustomerId = Customers.Id(customer), FeatureId = Customers.Feature(customer) };

    /// <summary>A message as gRPC frames it: a byte for the compression, four for the length.</summary>
    private static byte[] Framed(GetMeteredEntitlementRequest request)
    {
        var framed = new byte[5 + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - 5);
        request.WriteTo(framed.AsSpan(5));
        return framed;
    }

    private async Task CheckAsync()
    {
        var client = new SidecarService.SidecarServiceClient(_channel);
        for (var customer = 0; customer < Connections; customer++)
        {
            var answer = await client.GetMeteredEntitlementAsync(Request(customer));
            if (answer is not { IsFallback: false, HasAccess: true, Entitlement.UsageLimit: 1000 })
            {
                throw new InvalidOperationException($"A wrong answer: {answer}");
            }
        }
    }

    private async Task<List<double>> LoadAsync(string directory, int customer, TimeSpan duration)
    {
        var (body, log) = (Path.Combine(directory, $"{customer}.body"), Path.Combine(directory, $"{customer}.log"));
        await File.WriteAllBytesAsync(body, Framed(Request(customer)));
        await using var process = await ChildProcess.StartAsync(new ChildProcessSpec(
            "h2load", "-c", "1", "-m", CallsOnEach.ToString(CultureInfo.InvariantCulture), "-D", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "-d", body, "--log-file", log, "-H", "content-type: application/grpc", "-H", "te: trailers",
            $"http://127.0.0.1:{port}/stigg.sidecar.v1.SidecarService/GetMeteredEntitlement"));
        var exitCode = await process.WaitForExitAsync();
        var latencies = new List<double>();
        await foreach (var line in File.ReadLinesAsync(log))
        {
            // When it began, status, microseconds.
            if (line.Split('\t') is not [_, "200", var microseconds])
            {
                throw new InvalidOperationException($"A call failed: {line}");
            }

            latencies.Add(double.Parse(microseconds, CultureInfo.InvariantCulture) / 1000);
        }

        return exitCode == 0 ? latencies : throw new InvalidOperationException($"h2load ended with {exitCode}: {string.Join('\n', process.Output)}");
    }
}
