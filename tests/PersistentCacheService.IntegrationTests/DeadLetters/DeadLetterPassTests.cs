using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using PersistentCacheService.Commands.DeadLetters;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary>A pass over the queue.</summary>
public sealed class DeadLetterPassTests
{
    [Fact]
    public async Task A_pass_keeps_no_message_that_it_has_shown_and_gives_all_back()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync(Enumerable.Range(0, 25).Select(static i => $"not JSON {i}"));
        using var queue = world.Open();
        await using (var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue))
        {
            var shown = await ReadAsync(pass);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();

            Assert.Equal((25, 0), (shown.Count, world.Dead.Counts.Ready));
            Assert.DoesNotContain(shown, static letter => letter.IsAlive);
        }

        Assert.Equal(25, world.Dead.Counts.Ready);
    }

    [Fact]
    public async Task A_message_that_was_deleted_is_not_remembered()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one");
        using var queue = world.Open();
        await using var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue);
        var shown = new List<string>();
        await foreach (var letters in pass.ReadAsync(CancellationToken.None))
        {
            shown.AddRange(letters.Select(static letter => letter.Id));
            pass.Forget(letters);
            if (shown.Count == 1)
            {
                // It is back, as when the queue forgot the deletion.
                await queue.GiveBackAsync([.. letters.Select(static letter => letter.Message.ReceiptHandle)], CancellationToken.None);
            }
        }

        Assert.Equal((2, 1, 2), (shown.Count, shown.Distinct().Count(), pass.Seen));
    }

    [Fact]
    public async Task A_pass_that_is_longer_than_messages_are_held_goes_around_them_before_it_ends()
    {
        // Those of the first calls are visible again and come before the others.
        using var client = new ScriptedSqs("1 2", "3 4", "1 2", "3 4", "5 6", "1 2", "", "3", "", "");
        using var queue = new DeadLetterQueue(client, new Uri("http://localhost/1/dead"), null, TimeProvider.System);
        var shown = new List<string>();
        await using var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue);
        await foreach (var letters in pass.ReadAsync(CancellationToken.None))
        {
            shown.AddRange(letters.Select(static letter => letter.Id));
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6"], shown);
        Assert.True(pass.ReachedEnd);
    }

    [Fact]
    public async Task A_queue_that_gives_the_same_messages_again_and_again_ends_a_pass()
    {
        using var client = new ScriptedSqs([.. Enumerable.Repeat("1 2 3", 100)]);
        using var queue = new DeadLetterQueue(client, new Uri("http://localhost/1/dead"), null, TimeProvider.System);
        await using var pass = new DeadLetterPass(queue, DeadLetterPass.Reading, int.MaxValue);
        await foreach (var letters in pass.ReadAsync(CancellationToken.None))
        {
            Assert.Equal(3, letters.Count);
        }

        Assert.Equal((3, true), (pass.Seen, pass.ReachedEnd));
    }

    // Apart, so that no local of the test holds one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> ReadAsync(DeadLetterPass pass)
    {
        var shown = new List<WeakReference>();
        await foreach (var letters in pass.ReadAsync(CancellationToken.None))
        {
            shown.AddRange(letters.Select(static letter => new WeakReference(letter)));
        }

        return shown;
    }

    /// <summary>A client whose receive calls bring the messages with these ids, one text a call.</summary>
    private sealed class ScriptedSqs(params string[] calls) : AmazonSQSClient(new AnonymousAWSCredentials(), new AmazonSQSConfig { ServiceURL = "http://localhost:1" })
    {
        private readonly Queue<string> _calls = new(calls);

        public override Task<ReceiveMessageResponse> ReceiveMessageAsync(ReceiveMessageRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new ReceiveMessageResponse
        {
            Messages = [.. _calls.Dequeue().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static id => new Message { MessageId = id, ReceiptHandle = id, Body = "{}" })],
        });

        public override Task<ChangeMessageVisibilityBatchResponse> ChangeMessageVisibilityBatchAsync(ChangeMessageVisibilityBatchRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChangeMessageVisibilityBatchResponse());
    }
}
