using Grpc.Net.Client;
using Stigg.Sidecar.V1;

namespace SidecarLoad;

/// <summary>64 callers, each with one call in flight, on four connections.</summary>
internal sealed class Callers : IDisposable
{
    private const int Count = 64;
    private const int Channels = 4;

    private readonly GrpcChannel[] _channels;
    private readonly SidecarService.SidecarServiceClient[] _clients;

    public Callers(int port)
    {
        _channels = [.. Enumerable.Range(0, Channels).Select(_ => GrpcChannel.ForAddress($"http://127.0.0.1:{port}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler() }))];
        _clients = [.. _channels.Select(static channel => new SidecarService.SidecarServiceClient(channel))];
    }

    /// <summary>Has the server fetch every customer.</summary>
    public async Task FillAsync()
    {
        for (var i = 0; i < Customers.Count; i++)
        {
            await _clients[0].ReloadEntitlementsAsync(new ReloadEntitlementsRequest { CustomerId = Customers.Id(i) });
        }
    }

    /// <summary>Calls without a pause.</summary>
    /// <returns>How long each call took, ms.</returns>
    /// <exception cref="InvalidOperationException">An answer is not what the cache holds.</exception>
    public async Task<List<double>> RunAsync(TimeSpan duration)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Count).Select(caller => Task.Run(async () =>
        {
            var (latencies, client) = (new List<double>(), _clients[caller % Channels]);
            for (var i = caller; time.GetElapsedTime(began) < duration; i += Count)
            {
                var sent = time.GetTimestamp();
                var answer = await client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = Customers.Id(i), FeatureId = Customers.Feature(i) });
                if (answer is not { IsFallback: false, HasAccess: true, Entitlement.UsageLimit: 1000 })
                {
                    throw new InvalidOperationException($"A wrong answer: {answer}");
                }

                latencies.Add(time.GetElapsedTime(sent).TotalMilliseconds);
            }

            return latencies;
        })));
        return [.. all.SelectMany(static one => one)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
