using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;
using TestKit.Faults;

namespace PersistentCacheService.Redis.Tests;

/// <summary>The one thing a pipelining client must never do is give a caller somebody else's reply.</summary>
public sealed class EchoUnderFaultsTests
{
    private const int Callers = 24;
    private const int FaultRounds = 60;

    /// <summary>Callers give up before their reply comes, and the connection lives on: the reply must meet a tombstone.</summary>
    private static readonly FaultPlan LaterThanTheCommandTimeout = FaultPlan.Delay(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(50));

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_reply_is_the_caller_s_own_while_connections_are_cut_delayed_and_torn_to_pieces(int seed)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Host, server.Port, seed);
        var options = RedisClients.For(proxy) with
        {
            CommandTimeout = TimeSpan.FromMilliseconds(200),
            ConnectTimeout = TimeSpan.FromSeconds(1),
            MaxInFlightCommands = 64,
        };

        // Without luck every reconnect comes after the shortest wait, so that the faults meet commands and not pauses.
        await using var client = new RedisClient(options, TimeProvider.System, NullLogger<RedisClient>.Instance, static () => 0);
        client.Start();
        using var stop = new CancellationTokenSource();
        var kinds = new ConcurrentDictionary<RedisErrorKind, int>();
        var echoed = 0;
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller))).ToArray();
        await InjectAsync(client, proxy, new Random(seed));
        var before = Volatile.Read(ref echoed);
        await Eventually.HoldsAsync(() => Volatile.Read(ref echoed) > before + 1000, "echoes flow again after the faults");
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(
            kinds.GetValueOrDefault(RedisErrorKind.ConnectionLost) > 0 && kinds.GetValueOrDefault(RedisErrorKind.Timeout) > 0,
            $"faults reached the callers: {string.Join(", ", kinds)}");

        async Task CallAsync(int caller)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var token = string.Create(CultureInfo.InvariantCulture, $"{caller}:{i}:{new string('x', i * 37 % 3000)}");
                try
                {
                    var reply = await client.RunAsync("ECHO", token);
                    Assert.Equal(token, reply.AsText());
                    Interlocked.Increment(ref echoed);
                }
                catch (RedisException exception)
                {
                    kinds.AddOrUpdate(exception.Kind, 1, static (_, count) => count + 1);
                    Assert.NotEqual(RedisErrorKind.ProtocolViolation, exception.Kind);
                    await client.WaitUntilReadyAsync();
                }
            }
        }
    }

    private static async Task InjectAsync(RedisClient client, FaultProxy proxy, Random random)
    {
        for (var round = 0; round < FaultRounds; round++)
        {
            var plan = (round % 8) switch
            {
                0 => FaultPlan.CutAnswerAfter(random.Next(20_000)),
                1 => FaultPlan.CutAnswerAfter(random.Next(20_000), CutKind.Close),
                2 => FaultPlan.CutRequestAfter(random.Next(20_000)),
                3 => FaultPlan.Fragment(random.Next(1, 50)),
                4 => FaultPlan.Delay(TimeSpan.FromMilliseconds(random.Next(30)), TimeSpan.FromMilliseconds(20)),
                5 => LaterThanTheCommandTimeout,
                6 when round < 20 => FaultPlan.Blackhole,
                _ => FaultPlan.Reset,
            };
            await client.ReadyAsync();
            proxy.Apply(plan);
            await Task.Delay(TimeSpan.FromMilliseconds(plan == LaterThanTheCommandTimeout ? 350 : random.Next(60)), TimeProvider.System);
            proxy.Heal();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)), TimeProvider.System);
        }
    }
}
