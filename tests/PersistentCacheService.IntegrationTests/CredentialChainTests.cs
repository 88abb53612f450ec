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

    [Theory]
    [InlineData("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403, "trust policy")]
    [InlineData("InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc.eks.example", 400, "create the IAM OIDC provider")]
    [InlineData("ExpiredTokenException", "Token expired: current date/time 1615 must be before the expiration date/time 1614", 400, "token has expired")]
    [InlineData("ValidationError", "Request ARN is invalid", 400, "AWS_ROLE_ARN is malformed")]
    [InlineData("ValidationError", "1 validation error detected: Value 'jwt-secret' at 'webIdentityToken' failed to satisfy constraint", 400, "AWS_ROLE_ARN is malformed")]
    public async Task Web_identity_that_sts_refuses_is_told_with_its_code_its_text_and_a_remedy(string code, string text, int status, string remedy)
    {
        await using var server = await CredentialServer.StartAsync();
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        server.StsRefusal = new StsRefusal(code, text, status);
        var printed = await CheckAsync(sqs, WebIdentity(server), new() { ["token"] = "jwt-secret" });
        Assert.Contains($"CredentialsUnavailable: No AWS credentials: {code} (HTTP {status}, request id sts-1): {text.Replace("jwt-secret", "***", StringComparison.Ordinal)}", printed, StringComparison.Ordinal);
        Assert.Matches($"FAIL  queue .*Remedy: .*{remedy}", printed);
        Assert.DoesNotContain("jwt-secret", printed, StringComparison.Ordinal);
        Assert.Empty(sqs.Requests);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_named()
    {
        await using var server = await CredentialServer.StartAsync();
        await using var sqs = await ScriptedSqs.StartAsync(ScriptedSqs.Json("{}"));
        Assert.Matches("FAIL  queue .*WebIdentityTokenFile: Could not find file.*Remedy: .*AWS_WEB_IDENTITY_TOKEN_FILE", await CheckAsync(sqs, WebIdentity(server), []));
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
