using System.Globalization;
using System.Text.Json.Nodes;
using Sidecar.Tests.Caching;
using Stigg.Sidecar.V1;
using TestKit;
using TestKit.Credentials;
using TestKit.EdgeApi;
using TestKit.Iam;

namespace Sidecar.Tests.Processes;

/// <summary>The executable with Redis reached by IAM tokens.</summary>
public sealed class IamTests
{
    private static readonly TestKeys Keys = TestKeys.Number(1);

    [SkippableFact]
    public Task It_signs_tokens_with_the_credentials_of_the_environment() =>
        AnswersAsync(("AWS_ACCESS_KEY_ID", Keys.AccessKey), ("AWS_SECRET_ACCESS_KEY", Keys.SecretKey), ("AWS_SESSION_TOKEN", Keys.Token!));

    [SkippableFact]
    public async Task It_signs_tokens_with_the_role_of_its_service_account()
    {
        await using var sts = await CredentialServer.StartAsync();
        var token = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(token, "web-identity");
            await AnswersAsync(
                ("AWS_ROLE_ARN", CredentialServer.RoleArn), ("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ENDPOINT_URL_STS", sts.Url), ("AWS_REGION", "eu-west-1"));
            Assert.Equal(1, sts.HandedOut);
        }
        finally
        {
            File.Delete(token);
        }
    }

    private static async Task AnswersAsync(params (string Name, string Value)[] identity)
    {
        await using var redis = await IamRedis.StartAsync(new IamTokenCheck("sidecar-user", "my-cache", "elasticache", "eu-west-1"), Keys);
        await using var edge = await FakeEdgeApi.StartAsync();
        edge.Store("acme", null, JsonNode.Parse(RedisConnectionTests.Seats)!.AsArray());
        await using var sidecar = await SidecarProcess.StartAsync(
        [
            ("SERVER_API_KEY", edge.ApiKey), ("EDGE_API_URL", edge.Url), ("REDIS_ENVIRONMENT_PREFIX", "test"), ("REDIS_HOST", redis.Host),
            ("REDIS_PORT", redis.Port.ToString(CultureInfo.InvariantCulture)), ("REDIS_TLS", "1"), ("REDIS_TLS_CA_FILE", redis.AuthorityFile), ("REDIS_AUTH", "iam"),
            ("REDIS_USERNAME", "sidecar-user"), ("REDIS_IAM_CLUSTER", "my-cache"), ("REDIS_IAM_REGION", "eu-west-1"), .. identity,
        ]);

        // It is ready after 3 s without a connection, too: what is read until then is not stored.
        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.False((await sidecar.Client.GetMeteredEntitlementAsync(new GetMeteredEntitlementRequest { CustomerId = "acme", FeatureId = "seats" })).IsFallback);
                return await redis.Server.CliAsync("EXISTS", "test:c_acme") == "1";
            },
            "a miss is stored in Redis");
        Assert.NotEmpty(redis.Tokens);
        Assert.DoesNotContain("X-Amz-Signature", sidecar.Printed, StringComparison.Ordinal);
    }
}
