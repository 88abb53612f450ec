using TestKit;
using TestKit.Credentials;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Every way in which the worker's pods get credentials, each in a process of its own, down to the signature that SQS sees.</summary>
public sealed class CredentialChainTests
{
    private static readonly TestKeys Static = new("AKIDSTATIC", "static/secret", null);

    [Fact]
    public Task Environment_variables() => SignsWithAsync(
        new TestKeys("AKIDENV", "env/secret", "env-token"),
        new() { ["AWS_ACCESS_KEY_ID"] = "AKIDENV", ["AWS_SECRET_ACCESS_KEY"] = "env/secret", ["AWS_SESSION_TOKEN"] = "env-token" });

    [Fact]
    public Task Default_profile_of_the_shared_credentials_file() =>
        SignsWithAsync(Static, [], new() { [".aws/credentials"] = Profile("default", Static) });

    [Fact]
    public Task Named_profile_of_a_file_elsewhere() => SignsWithAsync(
        Static,
        new() { ["AWS_PROFILE"] = "cache", ["AWS_SHARED_CREDENTIALS_FILE"] = "~/elsewhere" },
        new() { ["elsewhere"] = Profile("default", TestKeys.Number(9)) + Profile("cache", Static) });

    [Fact]
    public async Task Web_identity_of_a_service_account_through_sts()
    {
        await using var server = await CredentialServer.StartAsync();
        await SignsWithAsync(TestKeys.Number(1), WebIdentity(server), new() { ["token"] = "jwt-1" });
        Assert.Equal(["jwt-1"], server.Shown);
    }

    [Fact]
    public async Task Single_sign_on_with_the_token_of_the_last_login()
    {
        await using var server = await CredentialServer.StartAsync();
        await SignsWithAsync(TestKeys.Number(1), new() { ["AWS_ENDPOINT_URL_SSO"] = server.Url }, CredentialServer.SsoLogin("sso-token-1"));
        Assert.Equal(["sso-token-1"], server.Shown);
    }

    [Fact]
    public async Task Pod_identity_and_ecs_through_the_container_endpoint()
    {
        await using var server = await CredentialServer.StartAsync();
        await SignsWithAsync(TestKeys.Number(1), Container(server), new() { ["token"] = "pod-token-1" });
        Assert.Equal(["pod-token-1"], server.Shown);
    }

    [Fact]
    public async Task Instance_role_through_imds_version_2()
    {
        await using var server = await CredentialServer.StartAsync();
        await SignsWithAsync(TestKeys.Number(1), new() { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.Url });
    }

    [Fact]
    public async Task No_credentials_anywhere_are_named_as_the_reason()
    {
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        var printed = await CheckAsync(sqs, new() { ["AWS_EC2_METADATA_DISABLED"] = "true" }, []);
        Assert.Contains("CredentialsUnavailable: No AWS credentials: ", printed, StringComparison.Ordinal);
        Assert.Empty(sqs.Requests);
    }

    [Fact]
    public async Task Role_that_sts_refuses_is_unavailable_credentials_without_the_token_in_the_message()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        var environment = WebIdentity(server);
        environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/another";
        var printed = await CheckAsync(sqs, environment, new() { ["token"] = "jwt-secret" });
        Assert.Contains("CredentialsUnavailable: ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("jwt-secret", printed, StringComparison.Ordinal);
    }

    /// <summary>Runs <c>check</c> and asserts that its calls were signed with these keys.</summary>
    private static async Task SignsWithAsync(TestKeys keys, Dictionary<string, string?> environment, Dictionary<string, string>? files = null)
    {
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        var printed = await CheckAsync(sqs, environment, files ?? []);
        Assert.True(sqs.Requests.Count == 2, printed);
        Assert.All(sqs.Requests, request =>
        {
            Assert.Contains($"Credential={keys.AccessKey}/", request.Headers["Authorization"], StringComparison.Ordinal);
            Assert.Equal(keys.Token, request.Headers.GetValueOrDefault("X-Amz-Security-Token"));
        });
        Assert.DoesNotContain(keys.SecretKey, printed, StringComparison.Ordinal);
    }

    /// <param name="sqs">The queue.</param>
    /// <param name="credentials">The variables that lead to credentials; <c>~</c> is the process's home directory.</param>
    /// <param name="files">Files of that directory, which is empty otherwise.</param>
    private static async Task<string> CheckAsync(ScriptedSqs sqs, Dictionary<string, string?> credentials, Dictionary<string, string> files)
    {
        var home = Directory.CreateTempSubdirectory("caller-");
        try
        {
            foreach (var (name, content) in files)
            {
                var path = Path.Combine(home.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, content);
            }

            var environment = WorkerEnvironment.For(sqs.QueueUrl, "127.0.0.1", 1).With(
                ("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("HOME", home.FullName), ("EDGE_API_URL", "http://127.0.0.1:1"));
            foreach (var (name, value) in credentials)
            {
                environment[name] = value?.Replace("~", home.FullName, StringComparison.Ordinal);
            }

            return (await WorkerProcess.RunAsync(environment, "check")).Printed;
        }
        finally
        {
            home.Delete(recursive: true);
        }
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
