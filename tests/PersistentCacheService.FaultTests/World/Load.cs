using LocalSqs;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.World;

/// <summary>Messages that come all the time, at a steady rate, out of order, some of them twice. The same seed sends the same messages.</summary>
internal sealed class Load : IAsyncDisposable
{
    // Messages overtake each other by up to so many places.
    private const int Disorder = 200;
    private const double DuplicateShare = 0.02;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    private readonly LocalQueue _queue;
    private readonly IEnumerator<StiggMessage> _source;
    private readonly int _customers;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private readonly List<StiggMessage> _sent = [];
    private readonly List<StiggMessage> _heldBack = [];
    private CancellationTokenSource? _stop;
    private Task _pumping = Task.CompletedTask;

    public Load(LocalQueue queue, int customers, int seed)
    {
        _queue = queue;
        _customers = customers;
        _random = new Random(seed);
        _source = new MessageGenerator { Customers = customers, Seed = seed }.Generate(int.MaxValue, prime: true).GetEnumerator();
    }

    /// <summary>What was sent; complete after <see cref="StopAsync"/>.</summary>
    public IReadOnlyCollection<StiggMessage> Sent => _sent;

    /// <summary>What was sent so far, while it goes on.</summary>
    public StiggMessage[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _sent];
        }
    }

    /// <summary>Forgets what was sent and is no longer the newest of any key: what a later check needs no more once an earlier one held.</summary>
    public void Compact()
    {
        var newest = new Dictionary<string, (long Time, StiggMessage Message)>();
        foreach (var message in _sent)
        {
            foreach (var write in message.Writes())
            {
                if (!newest.TryGetValue(write.Key, out var known) || known.Time < write.Timestamp)
                {
                    newest[write.Key] = (write.Timestamp, message);
                }
            }
        }

        lock (_lock)
        {
            _sent.Clear();
            _sent.AddRange(newest.Values.Select(static entry => entry.Message).Distinct());
        }
    }

    /// <summary>Sends one message of entitlements for every customer: usage of a customer that is not cached is skipped, and rightly so.</summary>
    public void Prime() => _queue.Enqueue(Take(_customers).Select(static message => message.Body()));

    /// <summary>Sends so many messages at once, in a random order.</summary>
    public void Send(int count) => _queue.Enqueue(Delivery.Shuffle(Take(count), _random.Next(), DuplicateShare).Select(static message => message.Body()));

    /// <summary>Sends at a steady rate from now on.</summary>
    public void Start(int perSecond)
    {
        _stop = new CancellationTokenSource();
        _pumping = PumpAsync(perSecond, _stop.Token);
    }

    /// <summary>Stops sending; what was held back to arrive out of order goes now.</summary>
    public async Task StopAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            await _pumping;
            _stop.Dispose();
            _stop = null;
            Release(_heldBack.Count);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _source.Dispose();
    }

    private async Task PumpAsync(int perSecond, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            var due = (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * perSecond) - sent;
            sent += due;
            _heldBack.AddRange(Take(due));
            Release(Math.Max(0, _heldBack.Count - Disorder));
            await Task.Delay(Beat, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<StiggMessage> Take(int count)
    {
        var messages = new List<StiggMessage>(count);
        while (messages.Count < count && _source.MoveNext())
        {
            messages.Add(_source.Current);
        }

        lock (_lock)
        {
            _sent.AddRange(messages);
        }

        return messages;
    }

    private void Release(int count)
    {
        var bodies = new List<string>(count);
        for (var released = 0; released < count; released++)
        {
            var index = _random.Next(_heldBack.Count);
            var body = _heldBack[index].Body();
            _heldBack[index] = _heldBack[^1];
            _heldBack.RemoveAt(_heldBack.Count - 1);
            bodies.Add(body);
            if (_random.NextDouble() < DuplicateShare)
            {
                bodies.Add(body);
            }
        }

        _queue.Enqueue(bodies);
    }
}
