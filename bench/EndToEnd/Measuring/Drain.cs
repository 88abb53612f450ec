using EndToEnd.Processes;
using EndToEnd.Scenarios;

namespace EndToEnd.Measuring;

/// <summary>Runs a scenario once: everything started afresh, cache primed, code warm, queue filled at once and drained.</summary>
internal sealed class Drain(Programs programs, Placement placement)
{
    private const int WarmUpMessages = 3000;
    private const int WarmUpCustomers = 500;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="TimeoutException">Nothing was deleted for a minute.</exception>
    /// <exception cref="InvalidOperationException">A process ended.</exception>
    public async Task<DrainFigures> RunAsync(Scenario scenario, int run, CancellationToken cancellationToken)
    {
        await using var redis = await RedisUnderLoad.StartAsync(placement, scenario.NullRedis);
        await using var emulator = await Emulator.StartAsync(programs, placement, seed: run, scenario.Duplicates);
        await using var collector = scenario.TracedShare is null ? null : await Collector.StartAsync(placement);
        var consumers = new List<Consumer>();
        try
        {
            for (var i = 0; i < scenario.Workers; i++)
            {
                consumers.Add(await Consumer.StartAsync(scenario, programs, placement, emulator, redis.Port, collector));
                await consumers[i].WaitUntilReadyAsync();
            }

            await WarmUpAsync(scenario, emulator, consumers, cancellationToken);
            var before = await Reading.TakeAsync(consumers, emulator, redis);
            await emulator.ResetAsync();
            await emulator.SetLatencyAsync(scenario.LatencyMs);
            await emulator.FillAsync(scenario, seed: run + 1);
            await EndAsync(emulator, consumers, scenario.EndsAfter, cancellationToken);
            return (await Reading.TakeAsync(consumers, emulator, redis)).Since(before);
        }
        finally
        {
            foreach (var consumer in consumers)
            {
                await consumer.DisposeAsync();
            }
        }
    }

    private static async Task WarmUpAsync(Scenario scenario, Emulator emulator, List<Consumer> consumers, CancellationToken cancellationToken)
    {
        var customers = scenario.WritesNewCustomers ? WarmUpCustomers : scenario.Customers;
        await emulator.PrimeAsync(customers, scenario.Features);
        await EndAsync(emulator, consumers, endsAfter: null, cancellationToken);
        await emulator.WarmUpAsync(scenario, WarmUpMessages, customers);
        await EndAsync(emulator, consumers, endsAfter: null, cancellationToken);
    }

    private static async Task EndAsync(Emulator emulator, List<Consumer> consumers, int? endsAfter, CancellationToken cancellationToken)
    {
        var (deleted, since) = (-1L, TimeProvider.System.GetTimestamp());
        while (true)
        {
            var state = await emulator.ReadAsync();
            if (state.IsEmpty || state.Deleted >= endsAfter)
            {
                return;
            }

            if (state.Deleted != deleted)
            {
                (deleted, since) = (state.Deleted, TimeProvider.System.GetTimestamp());
            }
            else if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"Nothing was deleted for {Patience.TotalSeconds} s: {state}");
            }

            foreach (var consumer in consumers)
            {
                consumer.ThrowIfExited();
            }

            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }
}
