using PersistentCacheService.FaultTests.World;
using PersistentCacheService.IntegrationTests;
using TestKit;

namespace PersistentCacheService.FaultTests.RedisFaults;

/// <summary>The server is well, and the worker may not, or must not, talk to it.</summary>
[Collection(LongTestsFirst.Prefix + "access to Redis")]
public sealed class RedisAccessTests
{
    private const string FirstPassword = "the-first-password";
    private const string SecondPassword = "the-second-password";

    [SkippableFact]
    public async Task The_password_is_rotated()
    {
        using var secret = new SecretFile(FirstPassword);
        await Outage.RunAsync(
            new Fault("Redis", "The password changes; the mounted file follows later", "`ACL SETUSER .. resetpass`, `CLIENT KILL`; later the new password in `REDIS_PASSWORD_FILE`")
            {
                Begin = static async world =>
                {
                    await world.CliAsync($"ACL SETUSER worker resetpass >{SecondPassword}");
                    await world.CliAsync("CLIENT KILL USER worker");
                },
                End = _ => secret.WriteAsync(SecondPassword),
            },
            ForUser(("REDIS_PASSWORD_FILE", secret.Path)));
    }

    [SkippableFact]
    public Task The_user_is_deleted_and_restored() => Outage.RunAsync(
        new Fault("Redis", "The ACL user is deleted and restored", "`ACL DELUSER`, later `ACL SETUSER`")
        {
            Begin = static world => world.CliAsync("ACL DELUSER worker"),
            End = static world => world.CliAsync($"ACL SETUSER worker on >{FirstPassword} ~* +@all"),
        },
        ForUser(("REDIS_PASSWORD", FirstPassword)));

    [SkippableFact]
    public Task The_user_may_not_write_any_more() => Outage.RunAsync(
        new Fault("Redis", "The ACL user loses the right to write", "`ACL SETUSER .. -set`, later `+set`: `NOPERM`")
        {
            Begin = static world => world.CliAsync("ACL SETUSER worker -set"),
            End = static world => world.CliAsync("ACL SETUSER worker +set"),
        },
        ForUser(("REDIS_PASSWORD", FirstPassword)));

    [SkippableFact]
    public Task No_more_clients_are_accepted() => Outage.RunAsync(new Fault("Redis", "Redis accepts no more clients", "`CONFIG SET maxclients 1`, `CLIENT KILL`")
    {
        Begin = static async world =>
        {
            await world.Admin.ExecuteAsync("CONFIG", "SET", "maxclients", "1");
            await world.Admin.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        },
        End = static world => world.Admin.ExecuteAsync("CONFIG", "SET", "maxclients", "1000"),
    });

    [SkippableFact]
    public async Task The_certificate_expires()
    {
        using var authority = TestCertificates.Create();
        await WithCertificateAsync(authority, authority.Expired(), "Redis's TLS certificate has expired", "`CONFIG SET tls-cert-file` to an expired one; connections are reset");
    }

    [SkippableFact]
    public async Task The_certificate_is_for_another_name()
    {
        using var authority = TestCertificates.Create();
        await WithCertificateAsync(authority, authority.WrongName(), "Redis's TLS certificate is for another name", "`CONFIG SET tls-cert-file` to one of another host; connections are reset");
    }

    [SkippableFact]
    public async Task The_TLS_port_speaks_no_TLS()
    {
        using var authority = TestCertificates.Create();
        await Outage.RunAsync(
            new Fault("Redis", "The TLS port does not speak TLS", "connections are reset and new ones reach the plain port; later the TLS port")
            {
                Begin = static world => GoAsync(world, world.Redis.Port),
                End = static async world => await GoAsync(world, int.Parse((await world.CliAsync("CONFIG GET tls-port")).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture)),
            },
            ForTls(authority));
    }

    private static async Task WithCertificateAsync(TestCertificates authority, ServerCertificate bad, string title, string injection, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var good = authority.Valid();
        await Outage.RunAsync(
            new Fault("Redis", title, injection)
            {
                Begin = world => UseAsync(world, bad),
                End = world => UseAsync(world, good),
            },
            ForTls(authority),
            test);
    }

    private static async Task UseAsync(FaultWorld world, ServerCertificate certificate)
    {
        Assert.Equal("OK", await world.Redis.CliAsync("CONFIG", "SET", "tls-cert-file", certificate.CertificateFile, "tls-key-file", certificate.KeyFile));
        world.RedisProxy.ResetConnections();
    }

    private static Task GoAsync(FaultWorld world, int port)
    {
        world.RedisProxy.Redirect(world.Redis.Host, port);
        world.RedisProxy.ResetConnections();
        return Task.CompletedTask;
    }

    private static WorldOptions ForUser(params (string, string?)[] password) => new()
    {
        RedisArguments = ["--user", "worker", "on", $">{FirstPassword}", "~*", "+@all"],
        Variables = [("REDIS_USERNAME", "worker"), .. password],
    };

    private static WorldOptions ForTls(TestCertificates authority)
    {
        var valid = authority.Valid();
        var port = FreePort.Next();
        return new WorldOptions
        {
            RedisArguments =
            [
                "--tls-port", FaultWorld.Text(port), "--tls-cert-file", valid.CertificateFile, "--tls-key-file", valid.KeyFile,
                "--tls-ca-cert-file", authority.AuthorityFile, "--tls-auth-clients", "no",
            ],
            RedisPort = port,
            Variables = [("REDIS_TLS", "true"), ("REDIS_TLS_CA_FILE", authority.AuthorityFile)],
        };
    }
}
