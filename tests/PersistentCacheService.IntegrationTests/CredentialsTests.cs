using System.Globalization;
using LocalSqs;
using TestKit;
using TestKit.Credentials;

namespace PersistentCacheService.IntegrationTests;

/// <summary>What the log and the readiness tell of the credentials that the queue is called with.</summary>
public sealed class CredentialsTests
{
    [SkippableFact]
    public async Task A_first_fetch_that_hangs_is_told_and_given_up_for_another()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var credentials = await CredentialServer.StartAsync();
        credentials.CallsThatHang = 1; // The SDK alone would wait for it for 100 s.
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.Url + CredentialServer.ContainerPath),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token-91c2")));

        var line = await worker.WaitForEventAsync(1100);
        Assert.Equal($"No AWS credentials within 10 s; waited for the container's credentials endpoint {credentials.Url} (AWS_CONTAINER_CREDENTIALS_FULL_URI)", (string?)line["cause"]);
        await worker.WaitUntilReadyAsync();
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task A_role_that_cannot_be_assumed_is_told_in_the_log_and_recovers_when_it_can()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var credentials = await CredentialServer.StartAsync();
        credentials.StsRefusal = new StsRefusal("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
        var token = Path.Combine(redis.DataDirectory, "token");
        await File.WriteAllTextAsync(token, "jwt-secret-81");
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_ROLE_ARN", CredentialServer.RoleArn), ("AWS_WEB_IDENTITY_TOKEN_FILE", token),
            ("AWS_ENDPOINT_URL_STS", credentials.Url)));

        var line = await worker.WaitForEventAsync(1100);
        Assert.Equal("No AWS credentials: AccessDenied (HTTP 403, request id sts-1): Not authorized to perform sts:AssumeRoleWithWebIdentity", (string?)line["cause"]);
        Assert.Contains("trust policy", (string?)line["remedy"], StringComparison.Ordinal);
        await worker.WaitAsync(
            async () => (await worker.GetAsync("/readyz"))?.Body.Contains("CredentialsUnavailable", StringComparison.Ordinal) == true, "/readyz tells of the credentials");
        credentials.StsRefusal = null;
        await worker.WaitUntilReadyAsync();
        Assert.DoesNotContain("jwt-secret-81", worker.Printed, StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [SkippableFact]
    public async Task Each_renewal_is_a_line_with_the_expiry_and_without_keys()
    {
        Prerequisite.RedisServer.Demand();
        await using var redis = await RedisServer.StartAsync();
        await using var sqs = await LocalSqsServer.StartAsync();
        await using var credentials = await CredentialServer.StartAsync();
        credentials.Lifetime = TimeSpan.FromSeconds(90); // Inside the time before the expiry in which the chain renews.
        var queue = sqs.CreateQueue(new LocalQueueOptions("q"));
        await using var worker = await WorkerProcess.StartAsync(WorkerEnvironment.For(queue.Url, redis).With(
            ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.Url + CredentialServer.ContainerPath),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token-91c2"), ("WAIT_TIME_IN_SECS", "1")));
        await worker.WaitForEventAsync(1108);
        credentials.Lifetime = TimeSpan.FromHours(6);
        string Expiry(int eventId) => (string?)worker.Log.LastOrDefault(line => (int?)line["event"] == eventId)?["expiration"] ?? "";
        await worker.WaitAsync(
            () => Task.FromResult(DateTime.TryParse(Expiry(1109), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var expiry)
                && expiry > TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(5)),
            "the long-lived credentials are told of");

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.Single(worker.Log, line => (int?)line["event"] == 1108);
        foreach (var secret in (string[])["pod-token-91c2", TestKeys.Number(1).AccessKey, TestKeys.Number(1).SecretKey])
        {
            Assert.DoesNotContain(secret, worker.Printed, StringComparison.Ordinal);
        }
    }
}
