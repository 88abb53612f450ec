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
        var settings = new QueueSettings
        {
            Region = "us-east-1",
            Url = new Uri($"http://localhost/1/q{(isFifo ? ".fifo" : "")}"),
            BatchSize = 10,
            Consumers = 1,
            MaxInFlight = 100,
            WaitTime = TimeSpan.Zero,
        };
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
}
