using System.Globalization;
using EntitlementCache.Settings;
using PersistentCacheService.Commands;
using PersistentCacheService.Commands.Warming;
using PersistentCacheService.Tests.Caching;

namespace PersistentCacheService.Tests.Commands;

/// <summary>Where <c>warm</c> gets its customers from, and how many it takes.</summary>
public sealed class CustomerSourceTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Most = 3;

    [Theory]
    [InlineData(Most, null)]
    [InlineData(Most + 1, 64)]
    public async Task A_list_of_too_many_is_refused(int customers, int? trouble)
    {
        using var list = new StringReader(string.Join('\n', Enumerable.Range(0, customers).Select(static i => string.Create(CultureInfo.InvariantCulture, $"customer-{i}"))));
        var (found, code, told) = await ReadAsync(new BulkOptions(File: "-"), new RedisSettings { Host = "unused", Port = 1 }, list);

        Assert.Equal((trouble is null ? customers : 0, trouble), (found, code));
        Assert.Equal(trouble is not null, told.Contains("More than 3 customers; split the list. Nothing was fetched.", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(Most, null)]
    [InlineData(Most + 1, 64)]
    public async Task Another_Redis_with_too_many_is_refused_instead_of_taken_in_part(int customers, int? trouble)
    {
        await redis.StartEmptyAsync();
        for (var i = 0; i < customers; i++)
        {
            await redis.Reader.ExecuteAsync("SET", string.Create(CultureInfo.InvariantCulture, $"blue:c_customer-{i}#timestamp"), "1");
        }

        var from = new BulkOptions(From: string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{redis.Port}"), FromPrefix: "blue");
        var (found, code, told) = await ReadAsync(from, new RedisSettings { Host = "unused", Port = 1 }, TextReader.Null);

        Assert.Equal((trouble is null ? customers : 0, trouble), (found, code));
        Assert.Equal(trouble is not null, told.Contains("More than 3 customers; warm from lists of them. Nothing was fetched.", StringComparison.Ordinal));
    }

    private static async Task<(int Customers, int? Trouble, string Told)> ReadAsync(BulkOptions options, RedisSettings settings, TextReader piped)
    {
        using var errors = new StringWriter();
        var context = new CommandContext(static _ => null, TextWriter.Null, errors, TimeProvider.System) { Piped = piped };
        var (customers, trouble) = await new CustomerSource(context, Most).ReadAsync(options, RedisFixture.Upsert, settings, default);
        return (customers.Count, trouble, errors.ToString());
    }
}
