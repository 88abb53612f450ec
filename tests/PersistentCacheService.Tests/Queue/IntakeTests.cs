using System.Diagnostics;
using Amazon.SQS.Model;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using PersistentCacheService.Queue;
using PersistentCacheService.Settings;
using PersistentCacheService.Tracing;

namespace PersistentCacheService.Tests.Queue;

public sealed class IntakeTests
{
    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, true, 0.0)]
    [InlineData(true, false, 0.01)]
    [InlineData(true, true, 1.0)]
    public void What_only_traces_need_is_asked_for_only_while_messages_are_traced(bool isAsked, bool isFifo, double? ratio)
    {
        var settings = Settings($"http://localhost/1/q{(isFifo ? ".fifo" : "")}");
        using var source = new SpanSource(ratio is { } share ? new SpanSampling(FollowsProducer: false, share) : null);
        using var phases = new ShutdownPhases(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), TimeProvider.System);
        var intake = new Intake(settings, new QueueProperties(settings), phases, new QueueTracer(settings, source, static () => 0.5, TimeProvider.System), TimeProvider.System);

        Assert.Equal(isAsked, intake.SystemAttributeNames.Contains("AWSTraceHeader"));
        Assert.Equal(isAsked, intake.AttributeNames.Contains("traceparent"));
        Assert.Equal(isAsked, intake.AttributeNames.Contains("tracestate"));
        Assert.Equal(isFifo, intake.SystemAttributeNames.Contains("MessageGroupId"));
        Assert.Contains("SentTimestamp", intake.SystemAttributeNames);
        Assert.Contains("type", intake.AttributeNames);
    }

    [Fact]
    public void Messages_of_one_receive_that_say_nothing_are_traced_together_or_not_at_all()
    {
        var settings = Settings("http://localhost/1/q");
        var drawn = new Queue<double>([0.005, 0.5]);
        using var source = new SpanSource(new SpanSampling(FollowsProducer: true, Ratio: 0.01));
        using var phases = new ShutdownPhases(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), TimeProvider.System);
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == SpanSource.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var intake = new Intake(settings, new QueueProperties(settings), phases, new QueueTracer(settings, source, drawn.Dequeue, TimeProvider.System), TimeProvider.System);

        Assert.All(Take(), static message => Assert.True(message.Trace?.IsRecorded));
        Assert.All(Take(), static message => Assert.Null(message.Trace));

        ReceivedMessage[] Take()
        {
            var messages = intake.Take([new Message { Body = "{}" }, new Message { Body = "{}" }, new Message { Body = "{}" }], TimeProvider.System.GetTimestamp());
            Array.ForEach(messages, static message => message.Done());
            return messages;
        }
    }

    private static QueueSettings Settings(string url) => new()
    {
        Region = "us-east-1",
        Url = new Uri(url),
        BatchSize = 10,
        Consumers = 1,
        MaxInFlight = 100,
        WaitTime = TimeSpan.Zero,
    };
}
