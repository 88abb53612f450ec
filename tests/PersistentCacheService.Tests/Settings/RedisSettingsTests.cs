using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

public sealed class RedisSettingsTests
{
    private static readonly (string Name, string Value)[] Iam = [("REDIS_AUTH", "iam"), ("REDIS_TLS", "1"), ("REDIS_USERNAME", "cache-user"), ("REDIS_IAM_CLUSTER", "My-Cache")];

    [Theory]
    [InlineData("elasticache", "elasticache", false)]
    [InlineData("elasticache-serverless", "elasticache", true)]
    [InlineData("memorydb", "memorydb", false)]
    public void Iam_tokens_are_for_a_service_a_cluster_and_a_region(string given, string service, bool isServerless) =>
        Assert.Equal(new RedisIamSettings(service, isServerless, "my-cache", "eu-west-1"), Read([.. Iam, ("REDIS_IAM_SERVICE", given), ("AWS_REGION", "us-east-1"), ("REDIS_IAM_REGION", "eu-west-1")]).Redis.Iam);

    [Fact]
    public void The_region_is_the_processs_own_when_no_other_is_set() => Assert.Equal("us-east-1", Read([.. Iam, ("AWS_REGION", "us-east-1")]).Redis.Iam!.Region);

    [Theory]
    [InlineData("REDIS_TLS", "0", "REDIS_AUTH is iam but REDIS_TLS is off")]
    [InlineData("REDIS_USERNAME", "", "REDIS_AUTH is iam but REDIS_USERNAME is not set")]
    [InlineData("REDIS_IAM_CLUSTER", "", "REDIS_AUTH is iam but REDIS_IAM_CLUSTER is not set")]
    [InlineData("REDIS_IAM_CLUSTER", "my-cache.abc.euw1.cache.amazonaws.com", "REDIS_IAM_CLUSTER is no name of a cluster")]
    [InlineData("REDIS_IAM_REGION", "Ireland", "REDIS_IAM_REGION is not an AWS region")]
    [InlineData("REDIS_PASSWORD", "S3cr3t", "REDIS_AUTH is iam but a password is set, too")]
    [InlineData("AWS_REGION", "", "REDIS_AUTH is iam but neither REDIS_IAM_REGION nor AWS_REGION is set")]
    [InlineData("REDIS_AUTH", "password", "REDIS_USERNAME is set without a password|REDIS_IAM_CLUSTER is set but REDIS_AUTH is not iam")]
    public void What_iam_lacks_is_reported(string name, string value, string problems)
    {
        var found = Read([("AWS_REGION", "us-east-1"), .. Iam.Where(one => one.Name != name), (name, value)]).Problems;
        Assert.Equal(problems.Split('|').Length, found.Count);
        Assert.All(problems.Split('|').Zip(found), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain(found, static problem => problem.Contains("S3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public void Sentinels_are_hosts_with_or_without_a_port()
    {
        var sentinel = Read([("REDIS_SENTINELS", "s-0.svc:26380, 10.0.0.7,[fd00::1]:1,fd00::2"), ("REDIS_SENTINEL_MASTER", "cache"), ("REDIS_SENTINEL_USERNAME", "watcher"), ("REDIS_SENTINEL_PASSWORD", "S3cr3t")]).Redis.Sentinel!;
        Assert.Equal([new("s-0.svc", 26_380), new("10.0.0.7", 26_379), new("fd00::1", 1), new HostAndPort("fd00::2", 26_379)], sentinel.Sentinels);
        Assert.Equal("cache of the sentinels s-0.svc:26380, 10.0.0.7:26379, [fd00::1]:1, [fd00::2]:26379", sentinel.ToString());
        Assert.Equal(("watcher", "S3cr3t"), (sentinel.Username, sentinel.Password!.Reveal()));
    }

    [Theory]
    [InlineData("redis://user:S3cr3t@host:26379", "REDIS_SENTINELS is not a list of host:port")]
    [InlineData("host:0", "REDIS_SENTINELS is not a list of host:port")]
    [InlineData("host:port", "REDIS_SENTINELS is not a list of host:port")]
    [InlineData("a,,b", "REDIS_SENTINELS is not a list of host:port")]
    [InlineData(":26379", "REDIS_SENTINELS is not a list of host:port")]
    [InlineData("a,a:26379", "REDIS_SENTINELS names a sentinel twice")]
    [InlineData("a,b,c,d,e,f,g,h,i,j", "REDIS_SENTINELS names a sentinel twice, or more than 9")]
    public void A_wrong_list_of_sentinels_is_reported_and_not_shown(string given, string problem)
    {
        var found = Assert.Single(Read([("REDIS_SENTINELS", given), ("REDIS_SENTINEL_MASTER", "cache")]).Problems);
        Assert.StartsWith(problem, found, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cr3t", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REDIS_SENTINELS=a", "REDIS_SENTINELS is set without REDIS_SENTINEL_MASTER")]
    [InlineData("REDIS_SENTINEL_MASTER=cache", "REDIS_SENTINEL_MASTER is set without REDIS_SENTINELS")]
    [InlineData("REDIS_SENTINELS=a REDIS_SENTINEL_MASTER=cache REDIS_SENTINEL_USERNAME=u", "REDIS_SENTINEL_USERNAME is set without a password")]
    [InlineData("REDIS_SENTINELS=a REDIS_SENTINEL_MASTER=cache REDIS_SENTINEL_PASSWORD=p REDIS_SENTINEL_PASSWORD_FILE=@", "REDIS_SENTINEL_PASSWORD and REDIS_SENTINEL_PASSWORD_FILE are both set")]
    [InlineData("REDIS_TLS=1 REDIS_TLS_CERT_FILE=@", "REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE belong together")]
    [InlineData("REDIS_TLS=1 REDIS_TLS_KEY_FILE=@", "REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE belong together")]
    [InlineData("REDIS_TLS_CERT_FILE=@ REDIS_TLS_KEY_FILE=@", "REDIS_TLS_CERT_FILE is set but REDIS_TLS is off")]
    [InlineData("REDIS_TLS=1 REDIS_TLS_CERT_FILE=/nowhere REDIS_TLS_KEY_FILE=@", "REDIS_TLS_CERT_FILE is not the path of an existing file")]
    public void What_belongs_together_is_set_together(string variables, string problem)
    {
        var file = Path.GetTempFileName();
        try
        {
            var given = variables.Split(' ').Select(static one => one.Split('=')).Select(one => (one[0], one[1] == "@" ? file : one[1]));
            Assert.StartsWith(problem, Assert.Single(Read([.. given]).Problems), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (RedisSettings Redis, IReadOnlyList<string> Problems) Read((string Name, string Value)[] variables)
    {
        var (_, redis, problems) = SettingsReader.ReadCacheAccess(name => variables.LastOrDefault(one => one.Name == name).Value);
        return (redis, problems);
    }
}
