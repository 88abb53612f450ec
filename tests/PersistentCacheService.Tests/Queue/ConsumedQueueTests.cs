using System.Collections.Concurrent;
using System.Reflection;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace PersistentCacheService.Tests.Queue;

public sealed class ConsumedQueueTests
{
    [Fact]
    public async Task Each_receive_has_a_request_of_its_own_because_the_SDK_writes_into_it()
    {
        await using var harness = await QueueHarness.StartAsync(0);
        var client = DispatchProxy.Create<IAmazonSQS, Recorder>();
        var queue = harness.Consume(client);
        await queue.ReceiveAsync(CancellationToken.None);
        await queue.ReceiveAsync(CancellationToken.None);

        var sent = ((Recorder)(object)client).Sent.ToArray();
        Assert.Equal(2, sent.Length);
        Assert.NotSame(sent[0], sent[1]);
        Assert.All(sent, static request => Assert.NotEmpty(request.MessageAttributeNames));
        Assert.All(sent, request => Assert.Equal(harness.Queue.Url, request.QueueUrl));
    }

    /// <summary>A client that answers each receive with nothing.</summary>
    public class Recorder : DispatchProxy
    {
        public ConcurrentQueue<ReceiveMessageRequest> Sent { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Sent.Enqueue((ReceiveMessageRequest)args![0]!);
            return Task.FromResult(new ReceiveMessageResponse());
        }
    }
}
