using System.Globalization;
using TestKit;

namespace PersistentCacheService.Sqs.Tests.Credentials;

/// <summary>Every way in which the worker's pods get credentials, each in a process of its own, down to the signature that SQS sees.</summary>
public sealed class CredentialChainTests
{
    private static readonly TestKeys Static = new("AKIDSTATIC", "static/secret", null);

    [Fact]
    public async Task Environment_variables()
    {
        await using var caller = await CallerProcess.StartAsync(new Dictionary<string, string?>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDENV",
            ["AWS_SECRET_ACCESS_KEY"] = "env/secret",
            ["AWS_SESSION_TOKEN"] = "env-token",
        });
        await caller.SignsWithAsync(new TestKeys("AKIDENV", "env/secret", "env-token"));
    }

    [Fact]
    public async Task Lasting_credentials_are_told_of_once_and_without_the_keys()
    {
        await using var caller = await CallerProcess.StartAsync(new Dictionary<string, string?>
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDENV",
            ["AWS_SECRET_ACCESS_KEY"] = "env/secret",
            ["AWS_SESSION_TOKEN"] = "env-token",
        });
        await caller.CallAsync();
        await caller.CallAsync();
        Assert.Equal("first EnvironmentVariablesAWSCredentials ", Assert.Single(caller.Told));
        Assert.DoesNotContain("AKIDENV", caller.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renewed_credentials_are_told_of_with_their_expiry()
    {
        await using var server = await CredentialServer.StartAsync();
        server.Lifetime = TimeSpan.FromSeconds(90);
        await using var caller = await CallerProcess.StartAsync(Container(server), new Dictionary<string, string> { ["token"] = "t" });
        await caller.CallAsync();
        server.Lifetime = TimeSpan.FromHours(6);
        await Eventually.HoldsAsync(async () => await caller.CallAsync() == "ok" && caller.Told.Count > 1, "the renewal is told of");
        Assert.StartsWith("first GenericContainerCredentials 2", caller.Told[0], StringComparison.Ordinal);
        Assert.StartsWith("renewed GenericContainerCredentials ", caller.Told[^1], StringComparison.Ordinal);
        var told = DateTimeOffset.Parse(caller.Told[^1].Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.InRange(server.LatestExpiration - told, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Default_profile_of_the_shared_credentials_file_and_its_change()
    {
        await using var caller = await CallerProcess.StartAsync(
            new Dictionary<string, string?>(), new Dictionary<string, string> { [".aws/credentials"] = Profile("default", Static) });
        await caller.SignsWithAsync(Static);
        await caller.WriteFileAsync(".aws/credentials", Profile("default", TestKeys.Number(2)));
        await Eventually.HoldsAsync(
            async () => await caller.CallAsync() == "ok" && caller.LastAccessKey() == "AKID2", "the changed file is noticed without a restart");
    }

    [Fact]
    public async Task Named_profile_of_a_file_elsewhere()
    {
        await using var caller = await CallerProcess.StartAsync(
            new Dictionary<string, string?> { ["AWS_PROFILE"] = "cache", ["AWS_SHARED_CREDENTIALS_FILE"] = "~/elsewhere" },
            new Dictionary<string, string> { ["elsewhere"] = Profile("default", TestKeys.Number(9)) + Profile("cache", Static) });
        await caller.SignsWithAsync(Static);
    }

    [Fact]
    public async Task Web_identity_of_a_service_account_through_sts()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var caller = await CallerProcess.StartAsync(WebIdentity(server), new Dictionary<string, string> { ["token"] = "jwt-1" });
        await caller.SignsWithAsync(TestKeys.Number(1));
        await caller.SignsWithAsync(TestKeys.Number(1));
        Assert.Equal(["jwt-1"], server.Shown);
    }

    [Fact]
    public async Task Web_identity_is_renewed_before_it_expires_with_the_token_file_read_again()
    {
        await using var server = await CredentialServer.StartAsync();
        server.Lifetime = TimeSpan.FromSeconds(90);
        await using var caller = await CallerProcess.StartAsync(WebIdentity(server), new Dictionary<string, string> { ["token"] = "jwt-1" });
        await caller.SignsWithAsync(TestKeys.Number(1));
        await caller.WriteFileAsync("token", "jwt-2");
        server.Lifetime = TimeSpan.FromHours(1);
        await Eventually.HoldsAsync(
            async () => await caller.CallAsync() == "ok" && caller.LastAccessKey() == TestKeys.Number(server.HandedOut).AccessKey && server.Shown[^1] == "jwt-2",
            "new keys are in use, got with the new token");
    }

    [Fact]
    public async Task Single_sign_on_with_the_token_of_the_last_login()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var caller = await CallerProcess.StartAsync(
            new Dictionary<string, string?> { ["AWS_ENDPOINT_URL_SSO"] = server.Url }, CredentialServer.SsoLogin("sso-token-1"));
        await caller.SignsWithAsync(TestKeys.Number(1));
        await caller.SignsWithAsync(TestKeys.Number(1));
        Assert.Equal(["sso-token-1"], server.Shown);
    }

    [Fact]
    public async Task Pod_identity_and_ecs_through_the_container_endpoint()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var caller = await CallerProcess.StartAsync(Container(server), new Dictionary<string, string> { ["token"] = "pod-token-1" });
        await caller.SignsWithAsync(TestKeys.Number(1));
        await caller.SignsWithAsync(TestKeys.Number(1));
        Assert.Equal(["pod-token-1"], server.Shown);
    }

    [Fact]
    public async Task Container_credentials_are_renewed_before_they_expire_with_the_token_file_read_again()
    {
        await using var server = await CredentialServer.StartAsync();
        server.Lifetime = TimeSpan.FromSeconds(90);
        await using var caller = await CallerProcess.StartAsync(Container(server), new Dictionary<string, string> { ["token"] = "pod-token-1" });
        await caller.SignsWithAsync(TestKeys.Number(1));
        await caller.WriteFileAsync("token", "pod-token-2");
        server.Lifetime = TimeSpan.FromHours(6);
        await Eventually.HoldsAsync(
            async () => await caller.CallAsync() == "ok" && caller.LastAccessKey() == TestKeys.Number(server.HandedOut).AccessKey && server.Shown[^1] == "pod-token-2",
            "new keys are in use, got with the new token");
    }

    [Fact]
    public async Task Container_endpoint_with_the_token_in_a_variable()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var caller = await CallerProcess.StartAsync(new Dictionary<string, string?>
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.Url + CredentialServer.ContainerPath,
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic abc",
        });
        await caller.SignsWithAsync(TestKeys.Number(1));
        Assert.Equal(["Basic abc"], server.Shown);
    }

    [Fact]
    public async Task Instance_role_through_imds_version_2()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var caller = await CallerProcess.StartAsync(new Dictionary<string, string?> { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.Url });
        await caller.SignsWithAsync(TestKeys.Number(1));
    }

    [Fact]
    public async Task Session_that_sqs_calls_expired_is_replaced_for_the_next_call()
    {
        await using var server = await CredentialServer.StartAsync();
        var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"), ScriptedSqs.Error("ExpiredToken", 403, "The security token included in the request is expired"), ScriptedSqs.Json("{}"));
        await using var caller = await CallerProcess.StartAsync(Container(server), new Dictionary<string, string> { ["token"] = "t" }, sqs);
        await caller.SignsWithAsync(TestKeys.Number(1));
        Assert.StartsWith("ExpiredCredentials: ", await caller.CallAsync(), StringComparison.Ordinal);
        await caller.SignsWithAsync(TestKeys.Number(2));
    }

    [Fact]
    public async Task No_credentials_anywhere_are_named_as_the_reason()
    {
        await using var caller = await CallerProcess.StartAsync(new Dictionary<string, string?> { ["AWS_EC2_METADATA_DISABLED"] = "true" });
        Assert.StartsWith("CredentialsUnavailable: No AWS credentials: ", await caller.CallAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Role_that_sts_refuses_is_unavailable_credentials_without_the_token_in_the_message()
    {
        await using var server = await CredentialServer.StartAsync();
        var environment = WebIdentity(server);
        environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/another";
        await using var caller = await CallerProcess.StartAsync(environment, new Dictionary<string, string> { ["token"] = "jwt-secret" });
        var outcome = await caller.CallAsync();
        Assert.StartsWith("CredentialsUnavailable: ", outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("jwt-secret", outcome, StringComparison.Ordinal);
    }

    private static string Profile(string name, TestKeys keys) =>
        $"[{name}]\naws_access_key_id={keys.AccessKey}\naws_secret_access_key={keys.SecretKey}\n{(keys.Token is null ? "" : $"aws_session_token={keys.Token}\n")}";

    private static Dictionary<string, string?> WebIdentity(CredentialServer server) => new()
    {
        ["AWS_ROLE_ARN"] = CredentialServer.RoleArn,
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = "~/token",
        ["AWS_ENDPOINT_URL_STS"] = server.Url,
    };

    private static Dictionary<string, string?> Container(CredentialServer server) => new()
    {
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.Url + CredentialServer.ContainerPath,
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "~/token",
    };
}
