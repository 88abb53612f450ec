using System.Globalization;
using System.Text;
using EntitlementCache.Caching;
using EntitlementCache.Messages;
using TestKit.Invariants;
using TestKit.Messages;

namespace PersistentCacheService.FaultTests.OtherWriters;

/// <summary>One interleaving of two workers and two SDK processes that write the same customer, drawn from a seed and played step by step on a real Redis.</summary>
internal sealed class Schedule
{
    private static readonly Feature[] Features = [new("a", "A", "NUMBER", "Incremental"), new("b", "B", "NUMBER", "Fluctuating")];

    private readonly Random _random;
    private readonly string _customer;
    private readonly List<StiggMessage> _sent = [];
    private readonly List<Func<Task>> _steps = [];
    private readonly List<StiggMessage> _refused = [];
    private readonly List<SdkWriter> _waiting = [];
    private readonly ScriptedCache _cache;

    public Schedule(int seed, ScriptedCache cache, RedisReader redis)
    {
        _random = new Random(seed);
        _customer = string.Create(CultureInfo.InvariantCulture, $"schedule-{seed}");
        _cache = cache;

        // Times in a random order, each once, so that a value names its writer; 1 is the customer's first state.
        var times = Enumerable.Range(2, 12).ToArray();
        _random.Shuffle(times);
        var used = 0;
        var actors = new List<Queue<Func<Task>>>();
        for (var worker = 0; worker < 2; worker++)
        {
            var messages = Enumerable.Range(0, _random.Next(2, 5)).Select(_ => Message(times[used++])).ToArray();
            actors.Add(new Queue<Func<Task>>(messages.Select(message => (Func<Task>)(() => ApplyAsync(message)))));
        }

        LosesLock = _random.Next(5) == 0;
        for (var writer = 0; writer < 2; writer++)
        {
            actors.Add(new Queue<Func<Task>>(Steps(new SdkWriter(redis, Keep(Entitlements(times[used++]))))));
        }

        while (actors.Count > 0)
        {
            var actor = actors[_random.Next(actors.Count)];
            _steps.Add(actor.Dequeue());
            actors.RemoveAll(static left => left.Count == 0);
        }
    }

    /// <summary>Whether the SDK's locks get lost in the middle: then only a newer message makes it right again.</summary>
    public bool LosesLock { get; }

    /// <summary>What all writers had.</summary>
    public IReadOnlyCollection<StiggMessage> Sent => _sent;

    /// <summary>Plays it to its end: what the workers were refused because of a lock is delivered again, as the queue does.</summary>
    public async Task PlayAsync()
    {
        await ApplyAsync(Keep(Entitlements(1)));
        foreach (var step in _steps)
        {
            await step();
        }

        foreach (var writer in _waiting)
        {
            Assert.True(await writer.TryLockAsync(), "Every lock was released.");
            await writer.ReadAsync();
            await writer.WriteAsync();
            await writer.UnlockAsync();
        }

        foreach (var message in _refused.ToArray())
        {
            await ApplyAsync(message);
        }

        if (LosesLock)
        {
            await ApplyAsync(Keep(Entitlements(1_000)));
        }
    }

    /// <summary>An SDK's steps. When another one has the lock, the rest of its steps do nothing, and it comes again at the end.</summary>
    private List<Func<Task>> Steps(SdkWriter writer)
    {
        var holds = false;
        return
        [
            async () =>
            {
                holds = await writer.TryLockAsync();
                if (!holds)
                {
                    _waiting.Add(writer);
                }
            },
            () => holds ? writer.ReadAsync() : Task.CompletedTask,
            () => holds && LosesLock ? writer.LoseLockAsync() : Task.CompletedTask,
            () => holds ? writer.WriteAsync() : Task.CompletedTask,
            () => holds ? writer.UnlockAsync() : Task.CompletedTask,
        ];
    }

    private StiggMessage Message(int time) => Keep(_random.Next(2) == 0 ? Entitlements(time) : Usage(time));

    private StiggMessage Keep(StiggMessage message)
    {
        _sent.Add(message);
        return message;
    }

    private EntitlementsMessage Entitlements(int time) => new()
    {
        CustomerId = _customer,
        Time = time,
        Entitlements = [.. Features.Select(feature => new FeatureEntitlement(feature, UsageLimit: time, CurrentUsage: time))],
    };

    private UsageMessage Usage(int time) => new() { CustomerId = _customer, Time = time, Id = Features[_random.Next(Features.Length)].RefId, CurrentUsage = time };

    private async Task ApplyAsync(StiggMessage message)
    {
        using var operation = MessageDecoder.Decode(Encoding.UTF8.GetBytes(message.Body()), new MessageOrigin(0, DeclaredType: null));
        try
        {
            await _cache.ApplyAsync(operation, CancellationToken.None);
        }
        catch (CustomerLockedException)
        {
            _refused.Add(message);
        }
    }
}
