using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Queue;

/// <summary>
/// One receive loop: wait at the gate, receive, hand over, again. It never waits for the messages it handed over and never ends before the service does.
/// </summary>
internal sealed class Receiver(
    int number, ReceiveGate gate, ConsumedQueue queue, Pipeline pipeline, ConsumerBoard board, ShutdownPhases phases, ILogger<Receiver> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        board.Started();
        try
        {
            while (!phases.Stopping.IsCancellationRequested)
            {
                await StepAsync();
            }
        }
        finally
        {
            board.Ended();
        }
    }

    private async Task StepAsync()
    {
        try
        {
            if (!gate.IsStuck)
            {
                board.Beat(number);
            }

            if (!await gate.TryEnterAsync(phases.Stopping))
            {
                return;
            }

            board.Beat(number);

            // Of two calls the one that brought less counts: a backlog fills both.
            gate.Passed(gate.TryTakeAhead() ? (await Task.WhenAll(ReceiveAsync(), ReceiveAsync())).Min() : await ReceiveAsync());
        }
        catch (OperationCanceledException) when (phases.Stopping.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception exception)
        {
            // The queue's health has logged it at its own level.
            Log.ReceiveFailed(logger, number, gate.Failed(exception).TotalSeconds, exception.GetSqsCause());
        }
    }

    /// <summary>Makes one receive call with permits that are taken already.</summary>
    /// <returns>How many messages it brought.</returns>
    private async Task<int> ReceiveAsync()
    {
        var unused = gate.BatchSize;
        try
        {
            var messages = await queue.ReceiveAsync(phases.PollsEnd);

            // SQS never sends more than was asked for; an emulator that did would overdraw the permits, not lose a message.
            unused -= messages.Count;
            if (messages.Count > 1)
            {
                // Away from the SDK's hundred stack frames, which each garbage collection meanwhile would walk, and behind what is ready already: 5 % to
                // 10 % more messages. A single message is handled at once.
                await Task.Yield();
            }

            if (phases.Stopping.IsCancellationRequested)
            {
                pipeline.Return(messages);
            }
            else
            {
                pipeline.Start(messages);
            }

            return messages.Count;
        }
        finally
        {
            gate.Release(unused);
        }
    }
}
