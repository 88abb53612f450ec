using FsCheck;
using FsCheck.Fluent;
using LocalSqs.Queues;

namespace LocalSqs.Tests.Queues;

public sealed class TimingHeapTests
{
    [Fact]
    public void Messages_leave_in_the_order_in_which_they_are_due() => Prop.ForAll<int[]>(static dues =>
    {
        var heap = new TimingHeap();
        foreach (var due in dues)
        {
            heap.Add(MessageDueAt(due));
        }

        return Drain(heap).SequenceEqual(dues.Select(static due => (long)due).Order());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Removing_any_messages_keeps_the_order_of_the_others() => Prop.ForAll<(short Due, bool Removed)[]>(static items =>
    {
        var heap = new TimingHeap();
        var messages = items.Select(static item => (Message: MessageDueAt(item.Due), item.Removed)).ToList();
        messages.ForEach(item => heap.Add(item.Message));
        messages.Where(static item => item.Removed).ToList().ForEach(item => heap.Remove(item.Message));
        return messages.TrueForAll(static item => item.Removed == (item.Message.HeapIndex == -1))
            && Drain(heap).SequenceEqual(messages.Where(static item => !item.Removed).Select(static item => item.Message.DueTicks).Order());
    }).QuickCheckThrowOnFailure();

    private static Message MessageDueAt(long due) => new() { Id = Guid.Empty, Body = new StoredBody(default, 0, default), SentAt = 0, DueTicks = due };

    private static IEnumerable<long> Drain(TimingHeap heap)
    {
        while (heap.First is { } first)
        {
            heap.Remove(first);
            yield return first.DueTicks;
        }
    }
}
