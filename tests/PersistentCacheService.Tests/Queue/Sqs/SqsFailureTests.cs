using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using PersistentCacheService.Queue.Sqs;

namespace PersistentCacheService.Tests.Queue.Sqs;

public sealed class SqsFailureTests
{
    [Theory]
    [InlineData("RequestThrottled", 400, nameof(SqsErrorKind.Throttled))]
    [InlineData("ThrottlingException", 400, nameof(SqsErrorKind.Throttled))]
    [InlineData("KmsThrottled", 400, nameof(SqsErrorKind.Throttled))]
    [InlineData(null, 429, nameof(SqsErrorKind.Throttled))]
    [InlineData("InternalError", 500, nameof(SqsErrorKind.Unavailable))]
    [InlineData("InternalFailure", 500, nameof(SqsErrorKind.Unavailable))]
    [InlineData(null, 503, nameof(SqsErrorKind.Unavailable))]
    [InlineData("SomethingNew", 502, nameof(SqsErrorKind.Unavailable))]
    [InlineData("OverLimit", 403, nameof(SqsErrorKind.OverLimit))]
    [InlineData("QueueDoesNotExist", 400, nameof(SqsErrorKind.QueueDoesNotExist))]
    [InlineData("AWS.SimpleQueueService.NonExistentQueue", 400, nameof(SqsErrorKind.QueueDoesNotExist))]
    [InlineData("AccessDenied", 403, nameof(SqsErrorKind.AccessDenied))]
    [InlineData("AccessDeniedException", 400, nameof(SqsErrorKind.AccessDenied))]
    [InlineData("KMS.NotFoundException", 400, nameof(SqsErrorKind.AccessDenied))]
    [InlineData("SomethingNew", 403, nameof(SqsErrorKind.AccessDenied))]
    [InlineData("InvalidClientTokenId", 403, nameof(SqsErrorKind.InvalidCredentials))]
    [InlineData("UnrecognizedClientException", 400, nameof(SqsErrorKind.InvalidCredentials))]
    [InlineData("SignatureDoesNotMatch", 403, nameof(SqsErrorKind.InvalidCredentials))]
    [InlineData("InvalidSignatureException", 400, nameof(SqsErrorKind.InvalidCredentials))]
    [InlineData("ExpiredToken", 403, nameof(SqsErrorKind.ExpiredCredentials))]
    [InlineData("ExpiredTokenException", 400, nameof(SqsErrorKind.ExpiredCredentials))]
    [InlineData("RequestTimeTooSkewed", 403, nameof(SqsErrorKind.ClockSkew))]
    [InlineData("RequestExpired", 400, nameof(SqsErrorKind.ClockSkew))]
    [InlineData("InvalidParameterValue", 400, nameof(SqsErrorKind.InvalidRequest))]
    [InlineData("ReceiptHandleIsInvalid", 404, nameof(SqsErrorKind.InvalidRequest))]
    [InlineData(null, 408, nameof(SqsErrorKind.Timeout))]
    [InlineData(null, 404, nameof(SqsErrorKind.UnexpectedResponse))]
    [InlineData(null, 403, nameof(SqsErrorKind.UnexpectedResponse))]
    [InlineData(null, 302, nameof(SqsErrorKind.UnexpectedResponse))]
    public void Reply_has_its_kind_as_a_code_and_as_an_exception(string? code, int status, string expected)
    {
        Assert.Equal(expected, SqsFailure.Classify(code, (HttpStatusCode)status).ToString());
        Assert.Equal(expected, new AmazonServiceException("m", ErrorType.Unknown, code, "id", (HttpStatusCode)status).GetSqsErrorKind().ToString());
    }

    [Fact]
    public void Exceptions_without_a_reply_have_their_kind()
    {
        Assert.Equal(SqsErrorKind.Network, new HttpRequestException("x").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Network, new SocketException(1).GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Network, new AmazonServiceException("x", new HttpRequestException("y")).GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Timeout, new TimeoutException().GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Network, new TaskCanceledException("connecting took too long", new TimeoutException()).GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Cancelled, new TaskCanceledException().GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.CredentialsUnavailable, new AmazonClientException("Failed to resolve AWS credentials.").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.CredentialsUnavailable, new AmazonServiceException("Unable to get IAM security credentials").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Unknown, new InvalidOperationException().GetSqsErrorKind());
    }

    [Fact]
    public void Cause_is_the_first_line_with_code_status_and_request_id()
    {
        // What AWS answers to a wrong signature continues with the canonical request, session token and all.
        var error = new AmazonServiceException(
            "The request signature we calculated does not match.\n\nThe Canonical String was\nPOST\nx-amz-security-token:the-token\n",
            ErrorType.Sender, "SignatureDoesNotMatch", "req-1", HttpStatusCode.Forbidden);
        Assert.Equal("SignatureDoesNotMatch (HTTP 403, request id req-1): The request signature we calculated does not match.", error.GetSqsCause());
    }

    [Fact]
    public void Cause_is_bounded() => Assert.True(new HttpRequestException(new string('x', 5000)).GetSqsCause().Length < 600);
}
