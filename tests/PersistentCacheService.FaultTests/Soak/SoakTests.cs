using System.Globalization;
using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.Soak;

/// <summary>Steady load for a long time with a fault every now and then: nothing is lost, nothing leaks. SOAK_MINUTES says how long; <c>make soak</c> sets it to 30.</summary>
[Collection(LongTestsFirst.Prefix + "soak")]
public sealed class SoakTests
{
    // Samples before this share of the run show a process that still warms up.
    private const double WarmUp = 0.25;
    private const double LongRunMinutes = 10;

    // Growth over the whole run that is noise, as a share of the median. Measured: less than 2 % in 8 minutes.
    private const double MemoryNoise = 0.1;
    private const int HandleNoise = 20;

    // The heap after a collection is 7 to 9 MB, depending on what was in hand.
    private const double HeapNoise = 10 * 1_048_576;

    private static readonly TimeSpan FastRun = TimeSpan.FromSeconds(20);

    [SkippableFact]
    public async Task Under_steady_load_with_random_faults_nothing_is_lost_and_nothing_leaks()
    {
        var minutes = Environment.GetEnvironmentVariable("SOAK_MINUTES") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : FastRun.TotalMinutes;
        var isSoak = minutes > FastRun.TotalMinutes;
        var seed = Environment.GetEnvironmentVariable("SOAK_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000);
        Console.WriteLine($"soak: SOAK_SEED={seed}");
        await using var world = await FaultWorld.StartAsync(new WorldOptions
        {
            RedisArguments = WorldOptions.WhatIsConfirmedIsKept,
            Rate = isSoak ? 2_000 : 300,
            Customers = isSoak ? 500 : 50,
            Seed = seed,
            // As in the image: without it resident memory grows in steps whenever a fault makes the runtime compile what it has not needed before.
            Variables = [("MALLOC_ARENA_MAX", "2")],
            // Answers of receives get lost on purpose, again and again.
            MaxReceiveCount = 1000,
        });
        var faults = new RandomFaults(world, seed, isSoak ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(4));
        var usage = new ProcessUsage(world.Worker);
        var started = TimeProvider.System.GetTimestamp();
        var (rounds, messages) = (0, 0L);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(minutes))
        {
            // Checked every minute, not only at the end: what is checked need not be kept.
            var left = TimeSpan.FromMinutes(minutes) - TimeProvider.System.GetElapsedTime(started);
            world.StartLoad();
            await faults.RunAsync(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1), usage);
            await world.Load.StopAsync();
            await world.DrainedAsync(TimeSpan.FromMinutes(5));
            messages += await world.HoldsAsync(new TestKit.Invariants.CacheRules { RunTime = TimeSpan.FromHours(2) });
            world.Load.Compact();
            rounds++;
        }

        var report = usage.Report(WarmUp);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"soak: {minutes:0.0} min, {messages} messages checked in {rounds} rounds, {faults.Count} faults ({faults.Summary}), seed {seed}; {report}");
        Console.WriteLine(line);
        if (minutes >= LongRunMinutes)
        {
            Assert.True(report.MemoryGrowth < MemoryNoise * report.MedianMemory, line);
            Assert.True(report.LastHeap <= report.FirstHeap + HeapNoise, line);
            Assert.True(report.LastHandles <= report.FirstHandles + HandleNoise, line);
            Assert.True(report.LastSockets <= report.FirstSockets + HandleNoise, line);
        }

        // A process that has run for less than that still fills its pools: a trend would mislead.
        var seen = minutes >= LongRunMinutes ? report.ToString() : report.WithoutTrend;
        new FaultRow("Soak", nameof(Under_steady_load_with_random_faults_nothing_is_lost_and_nothing_leaks), string.Create(CultureInfo.InvariantCulture, $"{minutes:0.#} minutes under load, {faults.Count} random faults"), $"seed {seed}: {faults.Summary}", "200, 503", seen, "each time", (int)messages).Write();
        Assert.Equal(0, await world.Worker.TerminateAsync());
    }
}
