using System.Runtime.CompilerServices;
using PersistentCacheService.FaultTests.World;
using TestKit.Faults;

namespace PersistentCacheService.FaultTests.QueueFaults;

/// <summary>What a network does to the connections to the queue.</summary>
public sealed class QueueNetworkTests
{
    // Outlives five visibility timeouts in which every answer is lost.
    private static readonly WorldOptions AnswersGetLost = new() { MaxReceiveCount = 10 };

    [SkippableFact]
    public Task Connections_to_SQS_are_refused() => RunAsync(
        "Connections to SQS are refused", "open connections are reset, new ones refused", FaultPlan.Refuse with { ResetOpen = true });

    [SkippableFact]
    public Task Connections_to_SQS_are_accepted_and_nothing_answers() => RunAsync(
        "Connections to SQS are accepted and nothing answers", "open connections are reset, new ones hang", FaultPlan.Hang with { ResetOpen = true });

    [SkippableFact]
    public Task The_route_to_SQS_is_lost() => RunAsync("The route to SQS is lost", "nothing passes in either direction, no RST (black hole)", FaultPlan.Blackhole);

    [SkippableFact]
    public Task The_line_to_SQS_is_narrow() => RunAsync("The line to SQS is narrow", "200 kB/s in both directions, less than the load needs", FaultPlan.Throttle(200_000), burnsReceives: true);

    [SkippableFact]
    public Task Requests_and_answers_arrive_in_crumbs() => RunAsync("Requests and answers of SQS arrive in crumbs", "at most 50 bytes at a time, both ways", FaultPlan.Fragment(50), burnsReceives: true);

    [SkippableFact]
    public Task Connections_to_SQS_are_cut_in_the_middle_of_answers_and_requests() => Outage.RunAsync(
        new Fault("SQS", "Connections to SQS are cut in the middle", "a cut after 0-20,000 bytes of answers or 0-5,000 of requests, again and again, RST and FIN in turn")
        {
            Begin = static world =>
            {
                var random = new Random(2);
                return world.RepeatAsync(TimeSpan.FromMilliseconds(150), FaultLength.Outage, () =>
                {
                    var kind = (CutKind)random.Next(2);
                    world.SqsProxy.Apply(random.Next(2) == 0 ? FaultPlan.CutAnswerAfter(random.Next(20_000), kind) : FaultPlan.CutRequestAfter(random.Next(5_000), kind));
                    return Task.CompletedTask;
                });
            },
            End = Heal,
            Lasts = TimeSpan.Zero,
            Readyz = Expectation.Either,
            BurnsReceives = true,
        },
        AnswersGetLost);

    private static Task RunAsync(string title, string injection, FaultPlan plan, bool burnsReceives = false, [CallerMemberName] string test = "") => Outage.RunAsync(
        new Fault("SQS", title, injection)
        {
            Begin = world =>
            {
                world.SqsProxy.Apply(plan);
                return Task.CompletedTask;
            },
            End = Heal,
            Readyz = Expectation.Either,
            BurnsReceives = burnsReceives,
        },
        AnswersGetLost,
        test);

    private static Task Heal(FaultWorld world)
    {
        world.SqsProxy.Heal();
        return Task.CompletedTask;
    }
}
