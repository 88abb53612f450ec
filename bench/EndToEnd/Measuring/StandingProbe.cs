using EndToEnd.Processes;
using EndToEnd.Scenarios;
using TestKit;

namespace EndToEnd.Measuring;

/// <summary>Measures the start and the idle service.</summary>
internal sealed class StandingProbe(Programs programs, Placement placement)
{
    private static readonly Scenario Idle = new("Standing", "idle");

    /// <param name="starts">How many starts.</param>
    /// <param name="settle">Time between readiness and the idle measurement.</param>
    /// <param name="watch">How long the idle service is watched; a multiple of the long poll's 20 s counts whole polls.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<StandingFigures> RunAsync(int starts, TimeSpan settle, TimeSpan watch, CancellationToken cancellationToken)
    {
        await using var redis = await RedisUnderLoad.StartAsync(placement, isNull: false);
        await using var emulator = await Emulator.StartAsync(programs, placement, seed: 1, duplicates: 0);
        var times = new List<double>();
        for (var i = 0; i < starts; i++)
        {
            times.Add(await StartAsync(emulator, redis.Port));
        }

        await using var worker = await Consumer.StartAsync(Idle, programs, placement, emulator, redis.Port);
        await worker.WaitUntilReadyAsync();
        await Task.Delay(settle, TimeProvider.System, cancellationToken);
        var (before, requests, start) = (worker.ReadProc(), (await emulator.ReadAsync()).AllRequests, TimeProvider.System.GetTimestamp());
        await Task.Delay(watch, TimeProvider.System, cancellationToken);
        var after = worker.ReadProc();
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return new StandingFigures
        {
            StartToReadyMs = times,
            IdleCpuPercent = (after.CpuSeconds - before.CpuSeconds) * 100 / seconds,
            IdleRssMb = after.RssMb,
            IdleSqsRequestsPerMinute = ((await emulator.ReadAsync()).AllRequests - requests) * 60 / seconds,
            IdleSeconds = seconds,
        };
    }

    private async Task<double> StartAsync(Emulator emulator, int redisPort)
    {
        var start = TimeProvider.System.GetTimestamp();
        await using var worker = await Consumer.StartAsync(Idle, programs, placement, emulator, redisPort);
        await Eventually.HoldsAsync(async () => worker.HasExited || await worker.IsReadyAsync(), "/readyz answers 200");
        var elapsed = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        worker.ThrowIfExited();
        await worker.StopAsync();
        return elapsed;
    }
}
