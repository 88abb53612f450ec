using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EntitlementCache.Aws;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Tests.Queue.Sqs;

public sealed class SqsRemediesTests
{
    [Fact]
    public void Every_kind_has_one() => Assert.All(Enum.GetValues<SqsErrorKind>(), static kind => Assert.Matches("^[a-z].*[^.]$", kind.Remedy()));

    [Theory]
    [InlineData("InvalidSignatureException", 403, "Credential should be scoped to a valid region. ")]
    [InlineData("SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region, not 'us-west-2'.")]
    [InlineData("UnrecognizedClientException", 400, "The security token included in the request is invalid")]
    [InlineData("AWS.SimpleQueueService.NonExistentQueue", 400, "The specified queue does not exist.")]
    [InlineData("QueueDoesNotExist", 400, "The specified queue does not exist.")]
    public void Failures_that_a_wrong_region_can_cause_name_it(string code, int status, string message) => Assert.Contains(
        "AWS_REGION", new AmazonServiceException(message, null, ErrorType.Sender, code, "r", (HttpStatusCode)status).GetSqsRemedy(), StringComparison.Ordinal);

    [Fact]
    public void A_name_without_address_names_the_region_and_DNS()
    {
        var unresolved = new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound));
        Assert.Matches("AWS_REGION.*DNS", unresolved.GetSqsRemedy());
        Assert.Matches("AWS_REGION.*DNS", new AmazonClientException("No AWS credentials: x", unresolved).GetSqsRemedy());
        Assert.DoesNotContain("AWS_REGION", new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)).GetSqsRemedy(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccessDenied", 403, "trust policy")]
    [InlineData("InvalidIdentityToken", 400, "OIDC provider")]
    [InlineData("IDPRejectedClaim", 403, "OIDC provider")]
    [InlineData("ExpiredTokenException", 400, "token has expired")]
    [InlineData("ValidationError", 400, "AWS_ROLE_ARN is malformed")]
    [InlineData("RegionDisabledException", 403, "AWS_REGION")]
    public void What_STS_refuses_is_told_with_its_code_and_text_and_has_its_remedy(string code, int status, string remedy)
    {
        var sts = new AmazonServiceException("Because of that.", null, ErrorType.Sender, code, "req-7", (HttpStatusCode)status);
        var wrapped = new AmazonClientException("Error calling AssumeRole for role arn", new HttpRequestException("x", sts));

        Assert.Equal($"{code} (HTTP {status}, request id req-7): Because of that.", CredentialFailure.Describe(wrapped));
        Assert.Contains(remedy, new AmazonClientException("No AWS credentials: x", wrapped).GetSqsRemedy(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 validation error detected: Value 'not.a.jwt' at 'webIdentityToken' failed to satisfy constraint: Member must have length", "not.a.jwt")]
    [InlineData("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is not valid", "eyJ")]
    public void The_token_is_not_printed(string message, string secret)
    {
        var sts = new AmazonServiceException(message, null, ErrorType.Sender, "ValidationError", "r", HttpStatusCode.BadRequest);
        Assert.DoesNotContain(secret, CredentialFailure.Describe(sts), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, CredentialFailure.Describe(new InvalidOperationException(message)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_canonical_request_after_a_wrong_signature_is_not_printed()
    {
        const string Message = "The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:FwoGZXIvYXdzEBY'";
        var sts = new AmazonServiceException(Message, null, ErrorType.Sender, "SignatureDoesNotMatch", "r", HttpStatusCode.Forbidden);
        Assert.Equal("SignatureDoesNotMatch (HTTP 403, request id r): The request signature we calculated does not match.", CredentialFailure.Describe(sts));
    }

    [Fact]
    public void The_innermost_cause_is_told_where_the_outer_one_says_nothing() => Assert.Equal(
        "A token could not be loaded from the WebIdentityTokenFile: Could not find file '/x'.",
        CredentialFailure.Describe(new InvalidOperationException("A token could not be loaded from the WebIdentityTokenFile.", new FileNotFoundException("Could not find file '/x'."))));

    [Theory]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials?secret=1", "http://169.254.170.23 ")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x", "169.254.170.2 ")]
    [InlineData("AWS_ROLE_ARN=a AWS_WEB_IDENTITY_TOKEN_FILE=/t AWS_REGION=eu-west-1", "STS at the endpoint of eu-west-1 ")]
    [InlineData("AWS_ROLE_ARN=a AWS_WEB_IDENTITY_TOKEN_FILE=/t AWS_ENDPOINT_URL_STS=http://sts:1/", "STS at http://sts:1 ")]
    [InlineData("AWS_PROFILE=p", "AWS_PROFILE")]
    [InlineData("", "169.254.169.254")]
    public void What_is_waited_for_is_named(string environment, string named)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        var description = CredentialSource.Describe(variables.GetValueOrDefault);
        Assert.Contains(named, description, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", description, StringComparison.Ordinal);
    }
}
