using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TestKit.Credentials;

/// <summary>
/// A server on loopback that plays the places credentials come from: IMDSv2, the container endpoint of ECS and EKS Pod Identity, STS, and the SSO portal.
/// It hands out <see cref="TestKeys.Number"/> 1, 2, 3... and refuses who does not show what the real one demands.
/// </summary>
public sealed class CredentialServer : IAsyncDisposable
{
    public const string ContainerPath = "/v1/credentials";
    public const string RoleArn = "arn:aws:iam::123456789012:role/cache";

    private const string Role = "node-role";
    private const string SsoAccount = "123456789012";
    private const string SsoStartUrl = "https://example.awsapps.com/start";
    private const string ImdsSession = "imds-session";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _shown = [];
    private int _handedOut;

    private CredentialServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(HangAsync);
        _app.MapPut("/latest/api/token", static context => context.Response.WriteAsync(ImdsSession));
        _app.MapGet("/latest/meta-data/iam/security-credentials/{role?}", AnswerImds);
        _app.MapGet(ContainerPath, (Delegate)AnswerContainer);
        _app.MapPost("/", (Delegate)AnswerStsAsync);
        _app.MapGet("/federation/credentials", (Delegate)AnswerSso);
    }

    public string Url => _app.Urls.First();

    /// <summary>How long the keys handed out next are valid.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(6);

    /// <summary>When the keys handed out last expire, as they say.</summary>
    public DateTimeOffset LatestExpiration { get; private set; }

    /// <summary>How STS answers, instead of with keys; null: with keys.</summary>
    public StsRefusal? StsRefusal { get; set; }

    /// <summary>As many calls as this get no answer for as long as the caller waits.</summary>
    public int CallsThatHang { get; set; }

    /// <summary>How often keys were handed out.</summary>
    public int HandedOut => _handedOut;

    /// <summary>What callers showed, in order: the container's authorization, the web identity's token, the single sign-on's; of an assumed role its ARN, session and whose key signed.</summary>
    public IReadOnlyList<string> Shown => [.. _shown];

    /// <summary>The files, by their paths below the home directory, of somebody who logged in by single sign-on and got <paramref name="token"/>.</summary>
    public static Dictionary<string, string> SsoLogin(string token) => new()
    {
        [".aws/config"] =
            $"""
            [default]
            sso_start_url = {SsoStartUrl}
            sso_region = eu-west-1
            sso_account_id = {SsoAccount}
            sso_role_name = {Role}

            """,
        [$".aws/sso/cache/{SsoCacheName()}.json"] =
            $$"""{"startUrl":"{{SsoStartUrl}}","region":"eu-west-1","accessToken":"{{token}}","expiresAt":"{{TimeProvider.System.GetUtcNow().AddHours(8).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}"}""",
    };

    public static async Task<CredentialServer> StartAsync()
    {
        var server = new CredentialServer();
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HangAsync(HttpContext context, RequestDelegate next)
    {
        if (CallsThatHang == 0)
        {
            await next(context);
            return;
        }

        CallsThatHang--;
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private IResult AnswerImds(HttpContext context, string? role)
    {
        if (context.Request.Headers["X-aws-ec2-metadata-token"] != ImdsSession)
        {
            return Results.Unauthorized(); // IMDSv2 only, as on nodes with HttpTokens=required
        }

        return role switch
        {
            null => Results.Text(Role),
            Role => Results.Text(NextAsJson(), "text/plain"),
            _ => Results.NotFound(),
        };
    }

    private IResult AnswerContainer(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        _shown.Enqueue(authorization);
        return authorization.Length == 0 ? Results.Unauthorized() : Results.Text(NextAsJson(), "application/json");
    }

    private async Task<IResult> AnswerStsAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (StsRefusal is { } refusal)
        {
            return Results.Text(
                $"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{refusal.Code}</Code><Message>{refusal.Message}</Message></Error><RequestId>sts-1</RequestId></ErrorResponse>",
                "text/xml",
                statusCode: refusal.Status);
        }

        if (form["Action"] == "AssumeRole")
        {
            _shown.Enqueue($"{form["RoleArn"]} as {form["RoleSessionName"]} by {SignedBy(context.Request)}");
            return Issue("AssumeRole");
        }

        if (form["Action"] != "AssumeRoleWithWebIdentity" || form["RoleArn"] != RoleArn)
        {
            return Results.BadRequest();
        }

        _shown.Enqueue(form["WebIdentityToken"].ToString());
        return Issue("AssumeRoleWithWebIdentity");
    }

    // "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/sts/aws4_request, ..."
    private static string SignedBy(HttpRequest request) => request.Headers.Authorization.ToString().Split("Credential=")[^1].Split('/')[0];

    private IResult Issue(string action)
    {
        var (keys, expiration) = Next();
        return Results.Text(
            $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <{action}Result>
                <Credentials>
                  <AccessKeyId>{keys.AccessKey}</AccessKeyId>
                  <SecretAccessKey>{keys.SecretKey}</SecretAccessKey>
                  <SessionToken>{keys.Token}</SessionToken>
                  <Expiration>{expiration}</Expiration>
                </Credentials>
                <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/cache/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
              </{action}Result>
              <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
            </{action}Response>
            """,
            "text/xml");
    }

    // As the AWS CLI names the file of a login.
    [SuppressMessage("Security", "CA5350", Justification = "A file name, fixed by the AWS CLI.")]
    private static string SsoCacheName() => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(SsoStartUrl)));

    private IResult AnswerSso(HttpContext context)
    {
        var token = context.Request.Headers["x-amz-sso_bearer_token"].ToString();
        if (token.Length == 0 || context.Request.Query["account_id"] != SsoAccount || context.Request.Query["role_name"] != Role)
        {
            return Results.Unauthorized();
        }

        _shown.Enqueue(token);
        var keys = TestKeys.Number(Interlocked.Increment(ref _handedOut));
        var expiration = (TimeProvider.System.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds();
        return Results.Text(
            $$$"""{"roleCredentials":{"accessKeyId":"{{{keys.AccessKey}}}","secretAccessKey":"{{{keys.SecretKey}}}","sessionToken":"{{{keys.Token}}}","expiration":{{{expiration}}} }}""",
            "application/json");
    }

    private string NextAsJson()
    {
        var (keys, expiration) = Next();
        return $$"""{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{{keys.AccessKey}}","SecretAccessKey":"{{keys.SecretKey}}","Token":"{{keys.Token}}","Expiration":"{{expiration}}"}""";
    }

    private (TestKeys Keys, string Expiration) Next()
    {
        var keys = TestKeys.Number(Interlocked.Increment(ref _handedOut));
        LatestExpiration = TimeProvider.System.GetUtcNow() + Lifetime;
        return (keys, LatestExpiration.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
