using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;
using Amazon.Util;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Sqs.Signing;

namespace PersistentCacheService.Sqs.Tests.Signing;

public sealed class SqsRequestSignerTests
{
    private const string Region = "eu-central-1";
    private const string Target = "AmazonSQS.ReceiveMessage";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Signature_of_any_request_is_that_of_the_official_signer()
    {
        var cases =
            from secret in Text()
            from token in Gen.OneOf(Gen.Constant<string?>(null), Text().Select(static text => (string?)text))
            from body in ArbMap.Default.GeneratorFor<string>().Select(static text => text ?? "")
            from minutes in Gen.Choose(0, 60 * 24 * 400)
            from port in Gen.Choose(1, 65535)
            select (secret, token, body, time: Noon.AddMinutes(minutes), host: port == 80 ? "sqs.example" : $"sqs.example:{port}");
        var signer = new SqsRequestSigner(Region); // one for all: its cached key must follow day and secret
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var credentials = new ImmutableCredentials("AKIDEXAMPLE", test.secret, test.token);
            var signed = signer.Sign(credentials, test.time, test.host, Encoding.ASCII.GetBytes(Target), Encoding.UTF8.GetBytes(test.body));
            return (signed.Authorization == OfficialAuthorization(credentials, test.time, test.host, test.body)).Label($"{test}: {signed.Authorization}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Key_is_derived_anew_when_the_day_changes_and_when_it_changes_back()
    {
        var signer = new SqsRequestSigner(Region);
        var credentials = new ImmutableCredentials("AKIDEXAMPLE", "secret", null);
        DateTimeOffset[] times = [Noon, Noon.AddDays(1), Noon, Noon.AddHours(11), Noon.AddHours(13)];
        foreach (var time in times)
        {
            Assert.Equal(OfficialAuthorization(credentials, time, "sqs.example", "{}"), signer.Sign(credentials, time, "sqs.example", Encoding.ASCII.GetBytes(Target), "{}"u8).Authorization);
        }
    }

    [Fact]
    public void Time_is_signed_as_utc_whatever_its_offset()
    {
        var signer = new SqsRequestSigner(Region);
        var local = new DateTimeOffset(2026, 11, 22, 1, 30, 0, TimeSpan.FromHours(5));
        var signed = signer.Sign(new ImmutableCredentials("AKIDEXAMPLE", "secret", null), local, "h", "t"u8, "{}"u8);
        Assert.Equal("20261121T203000Z", signed.Date);
        Assert.Contains("/20261121/", signed.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_headers_do_not_show_the_token()
    {
        var signed = new SqsRequestSigner(Region).Sign(new ImmutableCredentials("AKIDEXAMPLE", "secret", "token-123"), Noon, "h", "t"u8, "{}"u8);
        Assert.Equal("token-123", signed.SecurityToken);
        Assert.DoesNotContain("token-123", signed.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What AWSSDK.Core makes of the same request.</summary>
    private static string OfficialAuthorization(ImmutableCredentials credentials, DateTimeOffset time, string host, string body)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = SqsProtocol.ContentType,
            ["host"] = host,
            ["x-amz-date"] = AWS4Signer.FormatDateTime(time.UtcDateTime, "yyyyMMddTHHmmssZ"),
            ["x-amz-target"] = Target,
        };
        if (credentials.UseToken)
        {
            headers["x-amz-security-token"] = credentials.Token;
        }

        return OfficialSigner.Authorization(credentials, time.UtcDateTime, new Uri($"http://{host}/"), headers, AWSSDKUtils.ToHex(AWS4Signer.ComputeHash(body), lowercase: true));
    }

    private static Gen<string> Text() =>
        Gen.Elements("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+=".ToCharArray()).NonEmptyListOf().Select(static letters => new string([.. letters]));

    /// <summary>Opens the official signer's parts. Its whole would also sign a header that SQS does not need, x-amz-content-sha256.</summary>
    private sealed class OfficialSigner : AWS4Signer
    {
        public static string Authorization(ImmutableCredentials credentials, DateTime time, Uri endpoint, SortedDictionary<string, string> headers, string bodyHash)
        {
            var canonical = CanonicalizeRequest(endpoint, "/", "POST", headers, "", bodyHash);
            return ComputeSignature(credentials, Region, time, "sqs", CanonicalizeHeaderNames(headers), canonical).ForAuthorizationHeader;
        }
    }
}
