using System.Globalization;
using EntitlementCache.Redis;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Caching;
using Sidecar.Reading;
using StackExchange.Redis;
using TestKit;

namespace Sidecar.Tests.Caching;

public sealed class BatchedReadsTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(1));
    private RedisServer _server = null!;
    private RedisClient _client = null!;
    private BatchedReads _reads = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _client = new RedisClient(new RedisSettings { Host = _server.Host, Port = _server.Port }, TimeProvider.System, static () => 0.5, NullLogger<RedisClient>.Instance);
        _reads = new BatchedReads(_client, new ParsedValues(maxBytes: 100_000));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _end.Dispose();
    }

    [SkippableFact]
    public async Task Callers_that_come_together_share_commands_and_each_gets_its_own_values()
    {
        await ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await _server.CliAsync(
                "MSET", $"c{i}", Entry(i), $"c{i}#timestamp", Text(100 + i), $"c{i}:metadata", $$"""{"accessDeniedReason":"R{{i}}"}""",
                $"c{i}:f_seats", $$"""{"currentUsage":{{i}}}""", $"c{i}:f_seats#timestamp", Text(200 + i));
        }

        // Four kinds of reads, which ask for three to six keys.
        var reads = Enumerable.Range(0, 400).Select(n => (Customer: n % 20, Read: (n / 20 % 4) switch
        {
            0 => new StoredRead($"c{n % 20}", globalKey: null, usageKey: null),
            1 => new StoredRead($"c{n % 20}", globalKey: null, $"c{n % 20}:f_seats"),
            2 => new StoredRead($"c{n % 20}", "c7", usageKey: null),
            _ => new StoredRead($"c{n % 20}", "c7", $"c{n % 20}:f_seats"),
        }, HasUsage: n / 20 % 2 == 1, HasGlobal: n / 20 % 4 > 1)).ToList();
        var answers = await Task.WhenAll(reads.Select(one => _reads.ReadAsync(one.Read)));

        foreach (var ((customer, _, hasUsage, hasGlobal), answer) in reads.Zip(answers))
        {
            Assert.Equal(customer, Assert.Single(answer.Entitlements!).UsageLimit);
            Assert.Equal($"R{customer}", answer.AccessDeniedReason);
            Assert.Equal(100 + customer, answer.Timestamp);
            Assert.Equal(hasGlobal ? 107 : 100 + customer, answer.GlobalTimestamp);
            Assert.Equal(hasUsage ? customer : (int?)null, (int?)answer.Usage?.CurrentUsage);
            Assert.Equal(hasUsage ? 200 + customer : (long?)null, answer.Usage?.Timestamp);
        }

        Assert.InRange(await CommandsAsync(), (400 + 31) / 32, 399);
    }

    [SkippableFact]
    public async Task A_read_sees_what_was_written_before_it_whoever_else_reads_meanwhile()
    {
        await ConnectAsync();
        await using var writer = await ConnectionMultiplexer.ConnectAsync($"{_server.Host}:{_server.Port}");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var others = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await _reads.ReadAsync(new StoredRead("c", globalKey: null, usageKey: null));
            }
        })).ToList();

        for (var i = 1; i <= 500; i++)
        {
            await writer.GetDatabase().StringSetAsync("c#timestamp", i);
            Assert.Equal(i, (await _reads.ReadAsync(new StoredRead("c", globalKey: null, usageKey: null))).Timestamp);
        }

        await enough.CancelAsync();
        await Task.WhenAll(others);
    }

    [SkippableFact]
    public async Task A_value_of_another_kind_counts_as_missing_and_disturbs_no_other_read()
    {
        await ConnectAsync();
        await _server.CliAsync("RPUSH", "list", "1");
        await _server.CliAsync("MSET", "c1", Entry(1), "c1#timestamp", "1", "broken", """{"\ud83d":{"calculatedEntitlement":7}}""");

        var answers = await Task.WhenAll(((string[])["list", "broken", "c1"]).Select(key => _reads.ReadAsync(new StoredRead(key, globalKey: null, usageKey: null))));

        Assert.Null(answers[0].Entitlements);
        Assert.Equal(1, Assert.Single(answers[2].Entitlements!).UsageLimit);
    }

    [SkippableFact]
    public async Task Without_a_connection_every_caller_learns_of_it_and_the_next_reads_are_sent()
    {
        var failed = Enumerable.Range(0, 100).Select(_ => _reads.ReadAsync(new StoredRead("c", globalKey: null, usageKey: null))).ToList();
        foreach (var one in failed)
        {
            Assert.Equal(RedisFailureKind.NotConnected, (await Assert.ThrowsAsync<RedisFailureException>(() => one)).Kind);
        }

        await ConnectAsync();

        Assert.Null((await _reads.ReadAsync(new StoredRead("c", globalKey: null, usageKey: null))).Entitlements);
    }

    private static string Entry(int limit) =>
        $$"""{"seats":{"calculatedEntitlement":{"feature":{"id":"seats","featureType":"NUMBER","meterType":"Incremental"},"usageLimit":{{limit}} } } }""";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private Task ConnectAsync()
    {
        _client.Start();
        return _client.WaitUntilReadyAsync(_end.Token);
    }

    /// <summary>How often MGET was called.</summary>
    private async Task<int> CommandsAsync()
    {
        var line = (await _server.CliAsync("INFO", "commandstats")).Split('\n').Single(static line => line.StartsWith("cmdstat_mget:", StringComparison.Ordinal));
        return int.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }
}
