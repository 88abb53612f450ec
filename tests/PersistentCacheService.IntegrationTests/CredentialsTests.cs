using System.Globalization;
using LocalSqs;
using TestKit.Credentials;
using TestKit;

namespace PersistentCacheService.IntegrationTests;

/// <summary>What the log tells of the credentials that the queue is called with.</summary>
public sealed class CredentialsTests
{
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
