using System.Runtime.CompilerServices;
using PersistentCacheService.FaultTests.World;
using TestKit.Faults;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>What a network does to the connection to Redis.</summary>
public sealed class RedisNetworkTests
{
    [SkippableFact]
    public Task Connections_to_Redis_are_refused() => RunAsync(
        "Connections to Redis are refused", "open connections are reset, new ones refused", FaultPlan.Refuse with { ResetOpen = true });

    [SkippableFact]
    public Task Connections_to_Redis_are_accepted_and_nothing_answers() => RunAsync(
        "Connections to Redis are accepted and nothing answers", "open connections are reset, new ones hang", FaultPlan.Hang with { ResetOpen = true });

    [SkippableFact]
    public Task The_route_to_Redis_is_lost() => RunAsync(
        "The route to Redis is lost", "nothing passes in either direction, no RST (black hole)", FaultPlan.Blackhole);

    [SkippableFact]
    public Task Connections_to_Redis_are_reset() => RunAsync("Connections to Redis are reset", "open and new connections get an RST", FaultPlan.Reset);

    [SkippableFact]
    public Task Connections_to_Redis_are_cut_in_the_middle_of_answers_and_requests() => Outage.RunAsync(
        new Fault("Redis", "Connections to Redis are cut in the middle of frames", "a cut after 0-2,000 bytes of answers or 0-20,000 of requests, again and again, RST and FIN in turn")
        {
            Begin = static world =>
            {
                var random = new Random(1);
                return world.RepeatAsync(TimeSpan.FromMilliseconds(150), FaultLength.Outage, () =>
                {
                    var kind = (CutKind)random.Next(2);
                    world.RedisProxy.Apply(random.Next(2) == 0 ? FaultPlan.CutAnswerAfter(random.Next(2_000), kind) : FaultPlan.CutRequestAfter(random.Next(20_000), kind));
                    return Task.CompletedTask;
                });
            },
            End = Heal,
            Lasts = TimeSpan.Zero,
            Readyz = Expectation.Either,
        });

    [SkippableFact]
    public Task Clients_are_killed() => Outage.RunAsync(new Fault("Redis", "All client connections are killed", "`CLIENT KILL TYPE normal` every 500 ms")
    {
        Begin = static world => world.RepeatAsync(
            TimeSpan.FromMilliseconds(500), FaultLength.Outage, () => world.Admin.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")),
        Lasts = TimeSpan.Zero,
        Readyz = Expectation.Either,
    });

    private static Task RunAsync(string title, string injection, FaultPlan plan, [CallerMemberName] string test = "") =>
        Line.RunAsync(title, injection, plan, Expectation.Down, test);

    private static Task Heal(FaultWorld world)
    {
        world.RedisProxy.Heal();
        return Task.CompletedTask;
    }
}
