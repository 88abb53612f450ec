using LocalSqs;
using PersistentCacheService.IntegrationTests;
using TestKit;
using TestKit.Credentials;
using TestKit.EdgeApi;
using TestKit.Messages;

namespace Deployment.Tests.Published;

/// <summary>What ahead-of-time compilation could break, used for real: the credential providers that AWSSDK.Core finds by reflection, and TLS to Redis, SQS, STS, the SSO portal and the Edge API.</summary>
[Collection(PublishedCollection.Name)]
public sealed class PublishedConnectionsTests(PublishedWorker published) : IDisposable
{
    private readonly TestCertificates _certificates = TestCertificates.Create();
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("published-");

    public void Dispose()
    {
        _certificates.Dispose();
        _home.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task Web_identity_of_a_service_account_through_STS_with_TLS()
    {
        published.Demand();
        await using var server = await CredentialServer.StartAsync();
        await using var sts = TlsFront.Before(server.Url, _certificates.Valid());
        await WriteAsync("token", "web-identity");

        await DrainsWithKeysOfAsync(("AWS_ROLE_ARN", CredentialServer.RoleArn), ("AWS_WEB_IDENTITY_TOKEN_FILE", PathOf("token")), ("AWS_ENDPOINT_URL_STS", sts.Url));

        Assert.Contains("web-identity", server.Shown);
    }

    [SkippableFact]
    public async Task Single_sign_on_through_its_portal_with_TLS()
    {
        published.Demand();
        await using var server = await CredentialServer.StartAsync();
        await using var portal = TlsFront.Before(server.Url, _certificates.Valid());
        foreach (var (name, content) in CredentialServer.SsoLogin("sso-token"))
        {
            await WriteAsync(name, content);
        }

        await DrainsWithKeysOfAsync(("AWS_ENDPOINT_URL_SSO", portal.Url));

        Assert.Contains("sso-token", server.Shown);
    }

    [SkippableFact]
    public async Task Pod_Identity_through_its_agent()
    {
        published.Demand();
        await using var agent = await CredentialServer.StartAsync();
        await WriteAsync("token", "pod-identity");

        await DrainsWithKeysOfAsync(
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.Url + CredentialServer.ContainerPath), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", PathOf("token")));

        Assert.Contains("pod-identity", agent.Shown);
    }

    [SkippableFact]
    public async Task Redis_SQS_and_the_Edge_API_with_TLS_of_an_authority_of_ones_own()
    {
        published.Demand();
        var certificate = _certificates.Valid();
        var tlsPort = FreePort.Next();
        await using var redis = await RedisServer.StartAsync(
            "--tls-port", $"{tlsPort}", "--tls-auth-clients", "no", "--tls-ca-cert-file", _certificates.AuthorityFile,
            "--tls-cert-file", certificate.CertificateFile, "--tls-key-file", certificate.KeyFile);
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { AccessKey = "AKIDTLS" });
        await using var queueFront = TlsFront.Before(sqs.ServiceUrl, certificate);
        await using var edge = await FakeEdgeApi.StartAsync();
        await using var edgeFront = TlsFront.Before(edge.Url, certificate);
        var queue = sqs.CreateQueue("stigg");
        edge.Store("customer-1", null, []);
        queue.Enqueue(StiggMessages.EntitlementsWebhook("customer-1"));
        queue.Enqueue(new MessageGenerator { Customers = 5 }.Generate(50, prime: true).Select(message => message.Body()));
        var environment = WorkerEnvironment.For(sqs.QueueUrl("stigg").Replace(sqs.ServiceUrl, queueFront.Url, StringComparison.Ordinal), "localhost", tlsPort).With(
            ("AWS_ACCESS_KEY_ID", "AKIDTLS"), ("AWS_SECRET_ACCESS_KEY", "tls/secret"), ("EDGE_API_URL", edgeFront.Url), ("SERVER_API_KEY", edge.ApiKey),
            ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", _certificates.AuthorityFile), ("HOME", _home.FullName));
        var trusting = environment.With(("SSL_CERT_FILE", _certificates.AuthorityFile));

        await using (var worker = await WorkerProcess.StartAsync(trusting))
        {
            await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
            Assert.Equal(0, await worker.TerminateAsync());
        }

        Assert.Equal(1, edge.CallsFor("customer-1"));
        using var strangers = TestCertificates.Create("Another authority");
        var check = await WorkerProcess.RunAsync(
            trusting.With(("SSL_CERT_FILE", strangers.AuthorityFile), ("REDIS_TLS_CA_FILE", strangers.AuthorityFile)), "check");
        Assert.NotEqual(0, check.ExitCode);
        Assert.All(["FAIL  redis ", "FAIL  queue ", "warn  edge api "], finding => Assert.Contains(finding, check.Printed, StringComparison.Ordinal));
    }

    // The queue takes requests only if they are signed with the first keys that a credential server hands out.
    private async Task DrainsWithKeysOfAsync(params (string Name, string? Value)[] chain)
    {
        var keys = TestKeys.Number(1);
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync(new LocalSqsOptions { AccessKey = keys.AccessKey, SessionToken = keys.Token });
        var queue = sqs.CreateQueue("stigg");
        queue.Enqueue(new MessageGenerator { Customers = 5 }.Generate(50, prime: true).Select(message => message.Body()));
        var environment = WorkerEnvironment.For(sqs.QueueUrl("stigg"), redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_EC2_METADATA_DISABLED", "true"),
            ("HOME", _home.FullName), ("SSL_CERT_FILE", _certificates.AuthorityFile));

        await using var worker = await WorkerProcess.StartAsync(environment.With(chain));
        await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
    }

    private string PathOf(string name) => Path.Combine(_home.FullName, name);

    private async Task WriteAsync(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        await File.WriteAllTextAsync(PathOf(name), content);
    }
}
