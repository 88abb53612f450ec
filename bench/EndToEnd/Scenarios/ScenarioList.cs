namespace EndToEnd.Scenarios;

/// <summary>The rows of <c>make bench</c> and of <c>make bench-quick</c>.</summary>
internal static class ScenarioList
{
    /// <summary>Heading of the rows that show what grows with the load.</summary>
    public const string Growth = "Growth";

    /// <summary>Heading of the rows that the target of memory is about.</summary>
    public const string Throughput = "Throughput";

    // The last commit before the official packages; eng/bench.sh builds it.
    private const string Commit = "de40b2a";

    private const string Latency = "15 ms added to each SQS call";
    private const string Variants = "Variants of batch 10, 10 consumers";
    private const string Tracing = "Tracing, batch 10, 10 consumers";
    private const string Peer = "The peer: the original's hot path on Node.js";
    private const string Floors = "Floors and ceilings";

    // The peer's strongest form: a whole batch at once, one DeleteMessageBatch for it, 10 ms instead of 200 ms between attempts at a lock.
    private static readonly Dictionary<string, string> Strongest = new(StringComparer.Ordinal) { ["HANDLER"] = "batch", ["LOCK_RETRY_DELAY_MS"] = "10" };

    /// <summary>Row of the targets: batch 10, 10 consumers.</summary>
    public static Scenario Standard { get; } = new(Throughput, "batch 10, 10 consumers");

    /// <summary>Row of the targets: batch 1, 10 consumers.</summary>
    public static Scenario BatchOfOne { get; } = new(Throughput, "batch 1, 10 consumers") { BatchSize = 1, Messages = 25_000 };

    /// <summary>What the first row of the targets is compared with.</summary>
    public static Scenario StandardBefore { get; } = Before(Standard);

    /// <summary>What the batch of one is compared with.</summary>
    public static Scenario BatchOfOneBefore { get; } = Before(BatchOfOne);

    /// <summary>Row of the targets: batch 10, 10 consumers with 15 ms.</summary>
    public static Scenario Distant { get; } = new(Latency, "batch 10, 10 consumers, 15 ms") { LatencyMs = 15, Messages = 25_000 };

    /// <summary>As many customers as the peer's strongest row has.</summary>
    public static Scenario ManyCustomers { get; } = new(Variants, "5,000 customers") { Customers = 5000 };

    /// <summary>The peer at its best.</summary>
    public static Scenario StrongestPeer { get; } = new(Peer, "peer, strongest form, 5,000 customers")
    {
        Subject = Subject.Peer,
        Customers = 5000,
        Messages = 12_000,
        Environment = Strongest,
    };

    /// <summary>The peer as like the batch of one as can be.</summary>
    public static Scenario PeerOfOne { get; } = new(Peer, "peer, like for like: batch 1, 10 consumers") { Subject = Subject.Peer, BatchSize = 1, Messages = 4000 };

    /// <summary>The emulator's ceiling.</summary>
    public static Scenario NullConsumer { get; } = new(Floors, "null consumer, batch 10") { Subject = Subject.NullConsumer };

    /// <summary>All rows; about 10 minutes with three runs of those that targets are about.</summary>
    public static IReadOnlyList<Scenario> Full { get; } =
    [
        Standard,
        StandardBefore,
        BatchOfOne,
        BatchOfOneBefore,
        Once(new(Throughput, "batch 10, 1 consumer") { Consumers = 1, Messages = 30_000 }),
        Once(new(Throughput, "batch 1, 1 consumer") { BatchSize = 1, Consumers = 1, Messages = 6000 }),
        Distant,
        Before(Distant),
        Once(new(Latency, "batch 10, 30 consumers, 15 ms") { LatencyMs = 15, Consumers = 30, Messages = 40_000 }),
        Once(new(Latency, "batch 1, 10 consumers, 15 ms") { LatencyMs = 15, BatchSize = 1, Messages = 3000 }),
        Once(new(Latency, "batch 10, 1 consumer, 15 ms") { LatencyMs = 15, Consumers = 1, Messages = 3000 }),
        Once(new(Latency, "batch 1, 1 consumer, 15 ms") { LatencyMs = 15, BatchSize = 1, Consumers = 1, Messages = 300 }),
        Once(new(Variants, "2 workers on the core") { Workers = 2 }),
        Once(new(Variants, "4 workers on the core") { Workers = 4 }),
        Once(new(Variants, "layout v2") { Layout = "v2" }),
        Once(new(Variants, "layout dual") { Layout = "dual" }),
        ManyCustomers,
        Once(new(Variants, "usage messages only") { UsageShare = 1 }),
        Once(new(Variants, "entitlements messages only") { UsageShare = 0, Messages = 30_000 }),
        Once(new(Variants, "1 feature a customer") { Features = 1 }),
        Once(new(Variants, "100 features a customer") { Features = 100, Messages = 10_000 }),
        new(Tracing, "tracing off"),
        new(Tracing, "tracing 1 %") { TracedShare = 0.01 },
        new(Tracing, "tracing 100 %") { TracedShare = 1 },
        StrongestPeer,
        PeerOfOne,
        Once(new(Peer, "peer, strongest form, 500 customers") { Subject = Subject.Peer, Messages = 12_000, Environment = Strongest }),
        Once(new(Peer, "peer, its default: batch 1, 1 consumer") { Subject = Subject.Peer, BatchSize = 1, Consumers = 1, Messages = 1500 }),
        Once(new(Peer, "peer, strongest form, 15 ms") { Subject = Subject.Peer, LatencyMs = 15, Messages = 6000, Environment = Strongest }),
        NullConsumer,
        Once(new(Floors, "null consumer, batch 1") { Subject = Subject.NullConsumer, BatchSize = 1, Messages = 30_000 }),
        Once(new(Floors, "null Redis, batch 10, 10 consumers") { NullRedis = true }),
        Backlog("1,000", 1000),
        Backlog("10,000", 10_000),
        Backlog("100,000", 100_000),
        Backlog("1,000,000", 1_000_000),
        CustomersInRedis("10,000", 10_000),
        CustomersInRedis("100,000", 100_000),
        CustomersInRedis("300,000", 300_000),
    ];

    /// <summary>The rows that tell whether a change made something better or worse, with fewer messages.</summary>
    public static IReadOnlyList<Scenario> Quick { get; } =
    [
        Standard,
        StandardBefore,
        BatchOfOne with { Messages = 15_000 },
        BatchOfOneBefore with { Messages = 15_000 },
        Distant,
        StrongestPeer with { Messages = 8000 },
        PeerOfOne with { Messages = 2500 },
        NullConsumer,
    ];

    private static Scenario Before(Scenario scenario) => scenario with { Name = $"{scenario.Name}, commit {Commit}", Subject = Subject.Baseline };

    // What no target is about: once, so that a whole run stays near ten minutes.
    private static Scenario Once(Scenario scenario) => scenario with { MaxRuns = 1 };

    private static Scenario Backlog(string text, int messages) =>
        new(Growth, $"backlog of {text} messages") { Messages = messages, EndsAfter = 50_000, MaxRuns = 1 };

    // The customers are the measurement: each is written by an entitlements message. One feature each, so that 300,000 take 0.6 GB of Redis instead of 2.8.
    private static Scenario CustomersInRedis(string text, int customers) =>
        new(Growth, $"writes {text} customers") { Customers = customers, WritesNewCustomers = true, Features = 1, Messages = customers, MaxRuns = 1 };
}
