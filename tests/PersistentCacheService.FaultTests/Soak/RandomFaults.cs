using LocalSqs.Faults;
using PersistentCacheService.FaultTests.World;
using TestKit.Faults;
using TestKit.Processes;

namespace PersistentCacheService.FaultTests.Soak;

/// <summary>One fault after the other, drawn from a seed; none of them makes Redis lose data.</summary>
internal sealed class RandomFaults
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly FaultWorld _world;
    private readonly Random _random;
    private readonly TimeSpan _interval;
    private readonly SortedDictionary<string, int> _count = new(StringComparer.Ordinal);
    private readonly (string Name, Func<Task> Begin, Func<Task> End)[] _faults;

    public RandomFaults(FaultWorld world, int seed, TimeSpan interval)
    {
        _world = world;
        _random = new Random(seed);
        _interval = interval;
        _faults =
        [
            ("redis killed", world.Redis.KillAsync, world.Redis.RestartAsync),
            ("redis frozen", () => Send(Signal.Stop), () => Send(Signal.Continue)),
            ("redis out of memory", () => world.CliAsync("CONFIG SET maxmemory 1"), () => world.CliAsync("CONFIG SET maxmemory 0")),
            ("redis too few replicas", () => world.CliAsync("CONFIG SET min-replicas-to-write 1"), () => world.CliAsync("CONFIG SET min-replicas-to-write 0")),
            ("redis scripts flushed", () => world.CliAsync("SCRIPT FLUSH"), static () => Task.CompletedTask),
            ("redis clients killed", () => world.CliAsync("CLIENT KILL TYPE normal"), static () => Task.CompletedTask),
            ("redis writes paused", () => world.CliAsync("CLIENT PAUSE 60000 WRITE"), () => world.CliAsync("CLIENT UNPAUSE")),
            Proxy("redis unreachable", world.RedisProxy, FaultPlan.Blackhole),
            Proxy("redis refuses", world.RedisProxy, FaultPlan.Refuse with { ResetOpen = true }),
            Proxy("redis resets", world.RedisProxy, FaultPlan.Reset),
            Proxy("sqs unreachable", world.SqsProxy, FaultPlan.Blackhole),
            Proxy("sqs refuses", world.SqsProxy, FaultPlan.Refuse with { ResetOpen = true }),
            Queue("sqs throttles", SqsFaultKind.Throttle, 1),
            Queue("sqs fails", SqsFaultKind.InternalError, 1),
            Queue("sqs answers get lost", SqsFaultKind.ResetAfterExecution, 0.2),
            Queue("sqs answers are garbage", SqsFaultKind.GarbageBody, 0.2),
            Queue("sqs deletes fail", SqsFaultKind.EntryFailsOnServer, 0.5),
        ];
    }

    /// <summary>Faults so far.</summary>
    public int Count => _count.Values.Sum();

    /// <summary>Which, and how often.</summary>
    public string Summary => string.Join(", ", _count.Select(static entry => $"{entry.Key} {entry.Value}"));

    /// <summary>Runs faults for a time and takes samples meanwhile; in the end all is well.</summary>
    public async Task RunAsync(TimeSpan duration, ProcessUsage usage)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) is var elapsed && elapsed < duration)
        {
            var (name, begin, end) = _faults[_random.Next(_faults.Length)];
            _count[name] = _count.GetValueOrDefault(name) + 1;
            var lasts = _interval * (0.1 + (0.4 * _random.NextDouble()));
            await begin();
            await WatchAsync(lasts, usage);
            await end();
            await WatchAsync(_interval - lasts, usage);
        }
    }

    private static async Task WatchAsync(TimeSpan duration, ProcessUsage usage)
    {
        for (var left = duration; left > TimeSpan.Zero; left -= SampleInterval)
        {
            await usage.TakeAsync();
            await Task.Delay(left < SampleInterval ? left : SampleInterval, TimeProvider.System, CancellationToken.None);
        }
    }

    private static (string Name, Func<Task> Begin, Func<Task> End) Proxy(string name, FaultProxy proxy, FaultPlan plan) => (
        name,
        () =>
        {
            proxy.Apply(plan);
            return Task.CompletedTask;
        },
        () =>
        {
            proxy.Heal();
            return Task.CompletedTask;
        }
    );

    private (string Name, Func<Task> Begin, Func<Task> End) Queue(string name, SqsFaultKind kind, double probability) => (
        name,
        () =>
        {
            _world.Sqs.Faults.Inject(new SqsFault(kind) { Probability = probability });
            return Task.CompletedTask;
        },
        () =>
        {
            _world.Sqs.Faults.Clear();
            return Task.CompletedTask;
        }
    );

    private Task Send(Signal signal)
    {
        _world.Redis.Send(signal);
        return Task.CompletedTask;
    }
}
