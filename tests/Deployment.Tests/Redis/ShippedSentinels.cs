using System.Globalization;
using EntitlementCache.Settings;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Redis;

/// <summary>
/// Two Redis and three sentinels with the files of deploy/redis: as shipped but for addresses, directories and waits, and with one more user, as whom the test looks in.
/// Disposing ends them and deletes their files.
/// </summary>
internal sealed class ShippedSentinels : IAsyncDisposable
{
    /// <summary>Password of all users of the files.</summary>
    public const string Password = "REPLACE-ME";

    private const string Host = "127.0.0.1";
    private const string Observer = "user observer on nopass ~* &* +@all";

    private readonly string _directory = Directory.CreateTempSubdirectory("shipped-").FullName;
    private readonly Dictionary<int, ChildProcess> _processes = [];

    /// <summary>Where the primary is at first.</summary>
    public HostAndPort Primary { get; } = new(Host, FreePort.Next());

    /// <summary>Where its replica is at first.</summary>
    public HostAndPort Replica { get; } = new(Host, FreePort.Next());

    /// <summary>The sentinels.</summary>
    public IReadOnlyList<HostAndPort> Sentinels { get; } = [.. Enumerable.Range(0, 3).Select(static _ => new HostAndPort(Host, FreePort.Next()))];

    /// <summary>Starts all and waits until each sentinel knows the replica and the other sentinels.</summary>
    public static async Task<ShippedSentinels> StartAsync()
    {
        Prerequisite.RedisServer.Demand();
        var shipped = new ShippedSentinels();
        try
        {
            await shipped.StartAllAsync();
            return shipped;
        }
        catch
        {
            await shipped.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends one at once.</summary>
    public async Task KillAsync(HostAndPort one)
    {
        if (_processes.Remove(one.Port, out var process))
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts a Redis with what is in its file by now.</summary>
    public Task StartRedisAsync(HostAndPort one) => LaunchAsync(one, "Ready to accept connections");

    /// <summary>Runs redis-cli as a user; null: without one.</summary>
    public static async Task<string> CliAsync(HostAndPort one, string? user, params string[] command)
    {
        string[] login = user is null ? [] : ["--user", user, "--pass", Password, "--no-auth-warning"];
        await using var cli = await ChildProcess.StartAsync(new ChildProcessSpec("redis-cli", ["-p", Text(one.Port), .. login, .. command]));
        await cli.WaitForExitAsync();
        return string.Join('\n', cli.Output).Trim();
    }

    /// <summary>What the ACL of a server has refused; empty: nothing.</summary>
    public static Task<string> RefusedAsync(HostAndPort one) => CliAsync(one, "observer", "ACL", "LOG");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAllAsync()
    {
        var users = Path.Combine(_directory, "users-sentinel.acl");
        await File.WriteAllTextAsync(users, $"{await ShippedAsync("users-sentinel.acl")}{Observer}\n");
        foreach (var redis in new[] { Primary, Replica })
        {
            var text = (await ShippedAsync("sentinel-redis.conf")).Replace("/etc/redis/users-sentinel.acl", users, StringComparison.Ordinal);
            await WriteAsync(redis, "port 6379", text + (redis == Replica ? $"replicaof {Host} {Text(Primary.Port)}\n" : ""));
            await StartRedisAsync(redis);
        }

        foreach (var sentinel in Sentinels)
        {
            var text = (await ShippedAsync("sentinel.conf"))
                .Replace("10.0.0.11 6379", $"{Host} {Text(Primary.Port)}", StringComparison.Ordinal)
                .Replace("cache 5000", "cache 1000", StringComparison.Ordinal)
                .Replace("cache 60000", "cache 3000", StringComparison.Ordinal);
            await WriteAsync(sentinel, "port 26379", $"{text}{Observer}\n");
            await LaunchAsync(sentinel, "+monitor", "--sentinel");
        }

        foreach (var sentinel in Sentinels)
        {
            await Eventually.HoldsAsync(
                async () => await CliAsync(sentinel, "observer", "SENTINEL", "MASTER", "cache") is var known
                    && known.Contains("num-other-sentinels\n2", StringComparison.Ordinal) && known.Contains("num-slaves\n1", StringComparison.Ordinal),
                "the sentinels know each other and the replica");
        }
    }

    private async Task WriteAsync(HostAndPort one, string port, string text)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, Text(one.Port))).FullName;
        await File.WriteAllTextAsync(FileOf(one), text
            .Replace(port, $"port {Text(one.Port)}\nbind {Host}\nsave \"\"", StringComparison.Ordinal)
            .Replace("dir /tmp", $"dir {directory}", StringComparison.Ordinal));
    }

    private async Task LaunchAsync(HostAndPort one, string sign, params string[] arguments)
    {
        var process = _processes[one.Port] = await ChildProcess.StartAsync(new ChildProcessSpec("redis-server", [FileOf(one), .. arguments]));
        await process.WaitForLineAsync(line => line.Contains(sign, StringComparison.Ordinal), "the server is up");
    }

    private string FileOf(HostAndPort one) => Path.Combine(_directory, Text(one.Port), "server.conf");

    private static Task<string> ShippedAsync(string file) => File.ReadAllTextAsync(RepositoryRoot.File("deploy", "redis", file));

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
