using System.Text.RegularExpressions;
using EntitlementCache.Redis;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.StatusPage;
using TestKit;

namespace PersistentCacheService.Tests.StatusPage;

public sealed partial class RunbooksTests
{
    [Fact]
    public void All_of_the_worker_are_brought_along_with_their_titles()
    {
        var files = Directory.EnumerateFiles(RepositoryRoot.File("docs", "runbooks"), "PersistentCache*.md").Select(static file => Path.GetFileNameWithoutExtension(file));

        Assert.Equal(files.Order(StringComparer.Ordinal), Runbooks.All.Select(static one => one.Name));
        Assert.Contains(("PersistentCacheRedisDisconnected", "No connection to Redis"), Runbooks.All);
        Assert.All(Runbooks.All, static one => Assert.NotEqual("", one.Title));
        Assert.Null(Runbooks.Find("README"));
    }

    [Fact]
    public void Every_failure_of_Redis_and_of_a_queue_has_one()
    {
        Assert.All(Enum.GetValues<RedisFailureKind>(), static kind => Assert.NotNull(Runbooks.Find(Runbooks.For(kind))));
        Assert.All(Enum.GetValues<SqsErrorKind>(), static kind => Assert.NotNull(Runbooks.Find(Runbooks.For(kind))));
        Assert.Equal("PersistentCacheRedisMisconfigured", Runbooks.For(RedisFailureKind.AuthenticationFailed));
        Assert.Equal("PersistentCacheRedisReadOnly", Runbooks.For(RedisFailureKind.NotPrimary));
        Assert.Equal("PersistentCacheQueueMisconfigured", Runbooks.For(SqsErrorKind.AccessDenied));
        Assert.NotNull(Runbooks.Find("PersistentCacheEdgeApiFailing"));
    }

    [Fact]
    public void The_page_names_those_that_there_are()
    {
        var names = Name().Matches(File.ReadAllText(RepositoryRoot.File("src", "PersistentCacheService", "StatusPage", "status.html"))).Select(static match => match.Value).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, static name => Assert.NotNull(Runbooks.Find(name)));
    }

    [GeneratedRegex("PersistentCache[A-Z][A-Za-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
