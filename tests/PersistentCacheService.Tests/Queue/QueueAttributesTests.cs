using System.Text.Json;
using Amazon.Runtime;
using LocalSqs.Faults;
using LocalSqs.Protocol;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class QueueAttributesTests
{
    private const int CallFailed = 1101;
    private const int PolicyUnreadable = 1107;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task An_idle_queues_attributes_are_read_once_and_again_only_after_a_message_came()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        using var monitor = await StartAsync(harness);

        // Every further read fails and says so.
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.InternalError) { Operation = SqsOperation.GetQueueAttributes });
        for (var i = 0; i < 12; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the monitor waits");
        }

        Assert.Empty(harness.Logs.WithEvent(CallFailed));
        harness.Queue.Enqueue("message");
        await harness.ReceiveAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.HoldsAsync(() => harness.Logs.WithEvent(CallFailed).Any(), "the attributes are read");
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Attributes_that_could_not_be_read_are_asked_for_again_without_any_message()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        harness.Server.Faults.Inject(new SqsFault(SqsFaultKind.InternalError) { Operation = SqsOperation.GetQueueAttributes, Times = 1 });
        using var monitor = await StartAsync(harness);
        Assert.Null(harness.Properties.MaxReceiveCount);

        _time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(() => harness.Logs.WithEvent(1105).Any(), "the attributes are read");
        await monitor.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("""{"maxReceiveCount":99999999999}""")]
    [InlineData("""{"maxReceiveCount":"some"}""")]
    [InlineData("""{}""")]
    [InlineData("""5""")]
    public async Task A_redrive_policy_that_cannot_be_read_is_no_failure_of_the_queue(string policy)
    {
        await using var harness = await QueueHarness.StartAsync(0);
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Json(JsonSerializer.Serialize(new { Attributes = new Dictionary<string, string> { ["RedrivePolicy"] = policy } })));
        using var client = SqsClient.Create(harness.Settings with { Url = new Uri(server.QueueUrl) }, new BasicAWSCredentials("key", "secret"));
        using var monitor = await StartAsync(harness, harness.Consume(client));

        Assert.Single(harness.Logs.WithEvent(PolicyUnreadable));
        Assert.Equal(int.MaxValue, harness.Properties.MaxReceiveCount);
        Assert.True(harness.Health.IsUsable);
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_right_that_is_missing_makes_the_queue_unusable_not_even_after_another_failure()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Error("InternalFailure", 500), ScriptedSqs.Error("AccessDenied", 403));
        using var client = SqsClient.Create(harness.Settings with { Url = new Uri(server.QueueUrl) }, new BasicAWSCredentials("key", "secret"));
        using var monitor = await StartAsync(harness, harness.Consume(client));
        Assert.NotNull(harness.Health.LastFailure);

        _time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(() => harness.Health.LastFailure is null, "the failure before is over");
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void Messages_of_a_queue_without_a_visibility_timeout_have_some_time_nevertheless()
    {
        var settings = new QueueSettings { Region = "us-east-1", Url = new Uri("http://localhost/q"), BatchSize = 1, Consumers = 1, MaxInFlight = 1, WaitTime = TimeSpan.Zero };
        var properties = new QueueProperties(settings);
        properties.SetOwnVisibilityTimeout(TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(0.75), properties.HandleLife);
    }

    private async Task<QueueAttributesMonitor> StartAsync(QueueHarness harness, ConsumedQueue? queue = null)
    {
        var monitor = new QueueAttributesMonitor(
            queue ?? harness.Consumed, harness.Settings, harness.Properties, harness.Health, _time, harness.Logs.Logger<QueueAttributesMonitor>());
        await monitor.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 1, "the monitor waits");
        return monitor;
    }
}
