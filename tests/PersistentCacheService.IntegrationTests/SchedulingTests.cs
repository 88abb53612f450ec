using LocalSqs;
using TestKit;

namespace PersistentCacheService.IntegrationTests;

/// <summary>How the kernel schedules the worker: see <c>BatchScheduling</c>.</summary>
public sealed class SchedulingTests
{
    // sched(7)
    private const int Batch = 3;

    [SkippableFact]
    public async Task Threads_that_handle_messages_and_answers_do_not_interrupt_each_other()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        var queue = sqs.CreateQueue(new LocalQueueOptions("main"));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis));
        await worker.WaitUntilReadyAsync();

        var threads = ThreadsOf(worker.Id).ToLookup(static thread => thread.Name, static thread => thread.Policy);
        Assert.NotEmpty(threads[".NET Sockets"]);
        Assert.NotEmpty(threads[".NET TP Worker"]);
        Assert.All(threads[".NET Sockets"].Concat(threads[".NET TP Worker"]), static policy => Assert.Equal(Batch, policy));
    }

    /// <summary>From proc(5): <c>1 (name) S ..</c>, of whose fields the policy is the 41st.</summary>
    private static IEnumerable<(string Name, int Policy)> ThreadsOf(int process)
    {
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(thread, "stat"));
            }
            catch (IOException)
            {
                // It has ended.
                continue;
            }

            var (begin, end) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            yield return (stat[(begin + 1)..end], int.Parse(stat[(end + 2)..].Split(' ')[41 - 3], System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
