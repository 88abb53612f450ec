using FsCheck;
using FsCheck.Fluent;
using LocalSqs.Queues;

namespace LocalSqs.Tests.Queues;

/// <summary>Random histories of sends, receives, deletes, visibility changes, give-backs and passing time.</summary>
public sealed class MessageStoreProperties
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_standard_queue_loses_no_message_and_delivers_none_twice_at_a_time() => Check(fifo: false);

    [Fact]
    public void A_fifo_queue_keeps_the_order_of_every_group_and_one_receive_a_group_at_a_time() => Check(fifo: true);

    private static void Check(bool fifo) =>
        Prop.ForAll<(byte Action, byte Argument)[]>(history => new History(fifo).Run(history)).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(200));

    private sealed class History(bool fifo)
    {
        private readonly MessageStore _store = new(1, 1, fifo, fifo ? new GroupedMessages() : new UnorderedMessages(new Random(1)));
        private readonly HashSet<Guid> _alive = [];
        private readonly List<ReceivedMessage> _handles = [];
        private Instant _now = new(0, 1_000_000);

        public bool Run((byte Action, byte Argument)[] history)
        {
            foreach (var (action, argument) in history)
            {
                _store.ReleaseDue(_now);
                Step(action % 7, argument);
                Assert.Equal(_alive.Count, _store.ReadyCount + _store.InFlightCount);
                Assert.Equal(_alive, _store.Snapshot().Select(static message => message.Id).ToHashSet());
            }

            // In the end, with all timeouts over, everything that was not deleted can be received.
            _now = new Instant(_now.Ticks + (100_000 * Second), _now.UnixMs);
            _store.ReleaseDue(_now);
            Assert.Equal(_alive, Receive(int.MaxValue, 30).Select(static received => received.Message.Id).ToHashSet());
            return true;
        }

        private void Step(int action, byte argument)
        {
            switch (action)
            {
                case 0 or 1:
                    Send(argument);
                    break;
                case 2:
                    _handles.AddRange(Receive(1 + (argument % 10), argument % 4));
                    break;
                case 3 when _handles.Count > 0:
                    Delete(_handles[argument % _handles.Count]);
                    break;
                case 4 when _handles.Count > 0:
                    _store.ChangeVisibility(_handles[argument % _handles.Count].Handle, argument % 3 * Second, _now);
                    break;
                case 5:
                    _now = new Instant(_now.Ticks + (argument % 5 * Second), _now.UnixMs + (argument % 5 * 1000));
                    break;
                case 6:
                    Receive(1 + (argument % 10), 30).ForEach(_store.TakeBack);
                    break;
                default:
                    break;
            }
        }

        private void Send(byte argument)
        {
            var message = new Message
            {
                Id = Guid.NewGuid(),
                Body = MessageBody.Of(default),
                SentAt = _now.UnixMs,
                Extras = new MessageExtras { GroupId = $"{argument % 3}" },
            };
            _alive.Add(message.Id);
            _store.Add(message);
        }

        private List<ReceivedMessage> Receive(int maximum, int visibilitySeconds)
        {
            var before = _store.Snapshot().Where(static message => message.State == MessageState.InFlight).ToList();
            List<ReceivedMessage> received = [];
            _store.Receive(maximum, visibilitySeconds * Second, null, _now, received, []);
            Assert.True(received.Count <= maximum);
            Assert.Equal(received.Count, received.DistinctBy(static item => item.Message.Id).Count());
            Assert.Empty(received.Select(static item => item.Message).Intersect(before));
            if (fifo)
            {
                var locked = before.Select(Group).ToHashSet(StringComparer.Ordinal);
                Assert.DoesNotContain(received, item => locked.Contains(Group(item.Message)));
                Assert.All(received.GroupBy(static item => Group(item.Message)), group =>
                {
                    var sequences = group.Select(static item => item.Message.Sequence).ToList();
                    Assert.Equal(sequences.Order(), sequences);
                    Assert.DoesNotContain(_store.Snapshot(), other => other.State == MessageState.Ready && Group(other) == group.Key && other.Sequence < sequences[^1]);
                });
            }

            return received;
        }

        private void Delete(ReceivedMessage received)
        {
            var latest = received.Message.ReceiveCount == received.ReceiveCount;
            var inFlight = received.Message.State == MessageState.InFlight;
            var alive = _alive.Contains(received.Message.Id);
            var expected = !alive ? DeleteOutcome.AlreadyGone
                : !latest ? fifo ? DeleteOutcome.Expired : DeleteOutcome.Stale
                : fifo && !inFlight ? DeleteOutcome.Expired
                : DeleteOutcome.Deleted;
            Assert.Equal(expected, _store.Delete(received.Handle, out _));
            if (expected == DeleteOutcome.Deleted)
            {
                _alive.Remove(received.Message.Id);
            }
        }

        private static string Group(Message message) => message.Extras!.GroupId!;
    }
}
