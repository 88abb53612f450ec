using Amazon.SQS.Model;
using EntitlementCache.Hosting;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>
/// A replay message by message: it is sent, and deleted only when the queue has said that it has it. Whatever ends this in between leaves a message twice,
/// which the timestamps make harmless, and never none. Attributes, FIFO group and deduplication id are kept, and the time of its first sending where that counts.
/// </summary>
internal sealed class Resending(DeadLetterQueue queue, DeadLetterState state, DeadLetterOptions options, CommandContext context)
{
    // A message that cannot be applied comes back after some receives, a minute or two: 3,000 a second are sent meanwhile at most.
    private const int MostRemembered = 500_000;

    private readonly DeadLetterProgress _progress = new(context, options.Json);
    private readonly RunTally _tally = new();
    private readonly RecentIds _sent = new(MostRemembered);
    private readonly HashSet<string> _closedGroups = new(StringComparer.Ordinal);
    private readonly MessagePace _pace = new(options.Rate, context.Time);

    /// <summary>Sends all that are meant.</summary>
    /// <returns>0: all moved; 4: some are still there.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var pass = new DeadLetterPass(queue, DeadLetterPass.Working, int.MaxValue);
        try
        {
            await using (pass)
            {
                await foreach (var letters in pass.ReadAsync(cancellationToken))
                {
                    var meant = letters.Where(IsMeant).ToList();
                    _tally.Kept += letters.Count - meant.Count;
                    if (meant.Count > 0)
                    {
                        await _pace.WaitAsync(meant.Count, cancellationToken);

                        // To its end, also in a stop: half of it would only be done twice.
                        pass.Forget(await MoveAsync(meant));
                    }

                    await _progress.ShowAsync("moved", _tally.Done, state.Total);
                }
            }
        }
        finally
        {
            await _progress.LeaveAsync();
            await context.Output.WriteLineAsync(options.Json ? _tally.Json("moved", "send") : _tally.Text("moved", queue.IsFifo && !options.Filter.IsEmpty));
        }

        return _tally.Failed > 0 ? ExitCodes.Incomplete : ExitCodes.Stopped;
    }

    private bool IsMeant(DeadLetter letter) => !_sent.Contains(letter.Id) && options.Filter.Fits(letter, context.Time.GetUtcNow());

    /// <summary>Sends, then deletes.</summary>
    /// <returns>Those that are gone.</returns>
    private async Task<IReadOnlyList<DeadLetter>> MoveAsync(List<DeadLetter> letters)
    {
        var sent = new List<DeadLetter>(letters.Count);
        foreach (var byDestination in letters.GroupBy(queue.DestinationOf))
        {
            if (byDestination.Key is not { } destination)
            {
                _tally.Fail(byDestination.Count(), queue.MainName is { } main ? $"they belong to another queue than {main}" : "they do not tell where they came from; set QUEUE_URL");
                continue;
            }

            await (queue.IsFifo ? SendInOrderAsync(destination, byDestination, sent) : SendBatchAsync(destination, [.. byDestination], sent));
        }

        if (sent.Count == 0)
        {
            return sent;
        }

        var deleted = await queue.DeleteAsync(sent, CancellationToken.None);
        _tally.Done += deleted.Count;
        _tally.Fail(sent.Count - deleted.Count, "they were sent but could not be deleted; they will be sent again by the next replay, which is harmless");
        return deleted;
    }

    private async Task SendBatchAsync(Uri destination, List<DeadLetter> letters, List<DeadLetter> sent)
    {
        foreach (var batch in ResentMessage.Batches(letters, _tally))
        {
            var request = new SendMessageBatchRequest { QueueUrl = destination.AbsoluteUri, Entries = [.. batch.Select(static (letter, i) => ResentMessage.Entry(letter, DeadLetterQueue.EntryId(i)))] };
            try
            {
                var (taken, cause) = await queue.SendAsync(request, CancellationToken.None);
                for (var i = 0; i < batch.Count; i++)
                {
                    if (taken.TryGetValue(DeadLetterQueue.EntryId(i), out var newId))
                    {
                        _sent.Add(newId);
                        sent.Add(batch[i]);
                    }
                }

                _tally.Fail(batch.Count - taken.Count, $"the queue does not take them ({cause ?? "no answer for them"})");
            }
            catch (Exception exception) when (IsOfThisCall(exception))
            {
                _tally.Fail(batch.Count, $"the queue does not take them ({exception.GetSqsCause()})");
            }
        }
    }

    /// <summary>One after the other: behind one that fails, its group waits.</summary>
    private async Task SendInOrderAsync(Uri destination, IEnumerable<DeadLetter> letters, List<DeadLetter> sent)
    {
        foreach (var letter in letters)
        {
            var group = letter.GroupId ?? "";
            if (_closedGroups.Contains(group))
            {
                _tally.Fail(1, "an earlier message of their group could not be moved");
                continue;
            }

            var trouble = await TrySendAsync(destination, letter);
            if (trouble is null)
            {
                sent.Add(letter);
            }
            else
            {
                _closedGroups.Add(group);
                _tally.Fail(1, trouble);
            }
        }
    }

    private async Task<string?> TrySendAsync(Uri destination, DeadLetter letter)
    {
        if (!ResentMessage.CanKeepTime(letter))
        {
            return ResentMessage.NoRoom;
        }

        try
        {
            var newId = await queue.SendAsync(ResentMessage.Request(letter, destination), CancellationToken.None);

            // A FIFO queue that remembers the deduplication id takes the message, delivers nothing, and answers with the id of the first one.
            if (newId == letter.Id)
            {
                return "the queue takes them for duplicates: it remembers their deduplication ids for 5 minutes; try again later";
            }

            _sent.Add(newId ?? "");
            return null;
        }
        catch (Exception exception) when (IsOfThisCall(exception))
        {
            return $"the queue does not take them ({exception.GetSqsCause()})";
        }
    }

    // A missing right or an outage ends the run; a refused message does not.
    private static bool IsOfThisCall(Exception exception) => exception.GetSqsErrorKind() is SqsErrorKind.InvalidRequest or SqsErrorKind.Throttled or SqsErrorKind.Timeout;
}
