using LocalSqs;
using TestKit;

namespace PersistentCacheService.FaultTests.World;

/// <summary>What a <see cref="FaultWorld"/> is made of. Everything has a default.</summary>
internal sealed record WorldOptions
{
    /// <summary>
    /// Redis syncs each write before it answers. By default (<c>everysec</c>) it puts a write off while a sync is under way (redis.conf, <c>appendfsync</c>): on a busy disk a kill then loses what was
    /// confirmed, and that is no fault of the worker.
    /// </summary>
    public static string[] WhatIsConfirmedIsKept => ["--appendonly", "yes", "--appendfsync", "always"];

    /// <summary>
    /// A <see cref="RedisTimeout"/> for tests of faults that must not show in <c>/readyz</c>: on a busy machine Redis, or the proxy before it, gets no
    /// processor for a second or two now and then, and the worker rightly tells of that.
    /// </summary>
    public static readonly TimeSpan PatientRedisTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What is in Redis' place.</summary>
    public RedisEngine Engine { get; init; } = RedisEngine.Usual;

    /// <summary>Further arguments of redis-server.</summary>
    public string[] RedisArguments { get; init; } = [];

    /// <summary>Port of Redis that the worker gets to; null: the plain one.</summary>
    public int? RedisPort { get; init; }

    /// <summary>Variables of the workers beyond those every worker under test has.</summary>
    public (string Name, string? Value)[] Variables { get; init; } = [];

    /// <summary>Adds to the world what the workers need besides, before the first one starts, and gives variables for them.</summary>
    public Func<FaultWorld, Task<(string Name, string? Value)[]>> Prepare { get; init; } = static _ => Task.FromResult<(string, string?)[]>([]);

    /// <summary>The workers' timeouts for Redis. The default of 5 s is for visibility timeouts of 30 s and more; here everything is about five times as fast.</summary>
    public TimeSpan RedisTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many worker processes.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Customers of the load.</summary>
    public int Customers { get; init; } = 50;

    /// <summary>URL of a queue that the workers consume besides, after the first; null: none.</summary>
    public string? SecondQueueUrl { get; init; }

    /// <summary>Messages a second.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>Seed of the load and of everything random in a fault.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Receives after which the queue gives a message up.</summary>
    public int MaxReceiveCount { get; init; } = 5;

    /// <summary>Visibility timeout of the queue.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = FaultLength.VisibilityTimeout;

    /// <summary>The queue's server.</summary>
    public LocalSqsOptions Sqs { get; init; } = new();
}
