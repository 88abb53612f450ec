using System.Text.Json.Nodes;
using TestKit;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary>The same verbs at an emulator that is not ours, that knows no move tasks and does not tell where a dead letter came from.</summary>
public sealed class FauxqsDeadLetterTests
{
    private static readonly string[] Redrive = ["QueueArn"];

    [SkippableFact]
    public async Task List_replay_and_drop_work_there_too()
    {
        await using var fauxqs = await FauxqsServer.StartAsync();
        var dead = await fauxqs.CreateQueueAsync("stigg-dlq");
        var arn = (string)(await fauxqs.CallAsync("GetQueueAttributes", new { QueueUrl = dead, AttributeNames = Redrive }))["Attributes"]!["QueueArn"]!;
        var main = await fauxqs.CreateQueueAsync("stigg", new Dictionary<string, string> { ["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":1}""" });
        await fauxqs.PushAsync("stigg", [.. Enumerable.Range(0, 23).Select(number => DeadLetterWorld.Usage($"customer-{number}", number)), "not JSON", "{"]);
        while ((await fauxqs.LeftAsync("stigg")).Count > 0)
        {
            await fauxqs.CallAsync("ReceiveMessage", new { QueueUrl = main, MaxNumberOfMessages = 10, VisibilityTimeout = 0 });
        }

        var environment = new Dictionary<string, string?>
        {
            ["AWS_REGION"] = fauxqs.Region,
            ["AWS_ACCESS_KEY_ID"] = "AKIDTEST",
            ["AWS_SECRET_ACCESS_KEY"] = "secret-access-key-7b0e",
            ["QUEUE_URL"] = main,
        };
        var list = await WorkerProcess.RunAsync(environment, "dlq", "list", "--json");
        var drop = await WorkerProcess.RunAsync(environment, "dlq", "drop", "--only", "malformed", "--yes");
        var replay = await WorkerProcess.RunAsync(environment, "dlq", "replay");
        var move = await WorkerProcess.RunAsync(environment, "dlq", "replay", "--by", "move");

        Assert.True(list.ExitCode == 0 && drop.ExitCode == 0 && replay.ExitCode == 0, $"{list.Printed}\n{drop.Printed}\n{replay.Printed}");
        Assert.Equal([23, 2], JsonNode.Parse(list.Output)!["groups"]!.AsArray().Select(static group => (int)group!["count"]!));
        Assert.Contains("2 messages dropped", drop.Printed, StringComparison.Ordinal);
        Assert.Contains("23 messages moved", replay.Printed, StringComparison.Ordinal);
        Assert.NotEqual(0, move.ExitCode);
        Assert.Equal((23, 0), ((await fauxqs.LeftAsync("stigg")).Count, (await fauxqs.LeftAsync("stigg-dlq")).Count));
    }
}
