namespace LocalSqs.Queues;

/// <summary>What the queues of one server share.</summary>
internal sealed class QueueEnvironment
{
    private readonly Random _seeds;

    public QueueEnvironment(ServerClock clock, int seed)
    {
        Clock = clock;
        _seeds = new Random(seed);
    }

    public ServerClock Clock { get; }

    /// <summary>AWS region in ARNs and signatures.</summary>
    public required string Region { get; init; }

    /// <summary>Whether standard queues deliver in random order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Share of messages that a standard queue delivers twice, 0..1.</summary>
    public double DuplicateShare { get; init; }

    /// <summary>Finds a queue of the server.</summary>
    public Func<string, SqsQueue?> FindByArn { get; set; } = static _ => null;

    public string ArnOf(string name) => $"arn:aws:sqs:{Region}:{QueueRegistry.Account}:{name}";

    /// <summary>Seed for a queue's random source.</summary>
    public int NextSeed()
    {
        lock (_seeds)
        {
            return _seeds.Next();
        }
    }
}
