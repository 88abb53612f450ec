using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SQS;

namespace PersistentCacheService.Sqs.Tests;

public sealed class SqsErrorsTests
{
    [Theory]
    [InlineData("RequestThrottled", 400, SqsErrorKind.Throttled)]
    [InlineData("ThrottlingException", 400, SqsErrorKind.Throttled)]
    [InlineData("KmsThrottled", 400, SqsErrorKind.Throttled)]
    [InlineData(null, 429, SqsErrorKind.Throttled)]
    [InlineData("InternalError", 500, SqsErrorKind.Unavailable)]
    [InlineData("InternalFailure", 500, SqsErrorKind.Unavailable)]
    [InlineData(null, 503, SqsErrorKind.Unavailable)]
    [InlineData("SomethingNew", 502, SqsErrorKind.Unavailable)]
    [InlineData("OverLimit", 403, SqsErrorKind.OverLimit)]
    [InlineData("QueueDoesNotExist", 400, SqsErrorKind.QueueDoesNotExist)]
    [InlineData("AWS.SimpleQueueService.NonExistentQueue", 400, SqsErrorKind.QueueDoesNotExist)]
    [InlineData("AccessDenied", 403, SqsErrorKind.AccessDenied)]
    [InlineData("AccessDeniedException", 400, SqsErrorKind.AccessDenied)]
    [InlineData("KMS.NotFoundException", 400, SqsErrorKind.AccessDenied)]
    [InlineData("SomethingNew", 403, SqsErrorKind.AccessDenied)]
    [InlineData("InvalidClientTokenId", 403, SqsErrorKind.InvalidCredentials)]
    [InlineData("UnrecognizedClientException", 400, SqsErrorKind.InvalidCredentials)]
    [InlineData("SignatureDoesNotMatch", 403, SqsErrorKind.InvalidCredentials)]
    [InlineData("InvalidSignatureException", 400, SqsErrorKind.InvalidCredentials)]
    [InlineData("ExpiredToken", 403, SqsErrorKind.ExpiredCredentials)]
    [InlineData("ExpiredTokenException", 400, SqsErrorKind.ExpiredCredentials)]
    [InlineData("RequestTimeTooSkewed", 403, SqsErrorKind.ClockSkew)]
    [InlineData("RequestExpired", 400, SqsErrorKind.ClockSkew)]
    [InlineData("InvalidParameterValue", 400, SqsErrorKind.InvalidRequest)]
    [InlineData("ReceiptHandleIsInvalid", 404, SqsErrorKind.InvalidRequest)]
    [InlineData(null, 408, SqsErrorKind.Timeout)]
    [InlineData(null, 404, SqsErrorKind.UnexpectedResponse)]
    [InlineData(null, 403, SqsErrorKind.UnexpectedResponse)]
    [InlineData(null, 302, SqsErrorKind.UnexpectedResponse)]
    public void Reply_has_its_kind_also_as_an_exception_of_the_official_package(string? code, int status, SqsErrorKind expected)
    {
        Assert.Equal(expected, SqsErrors.Classify(code, (HttpStatusCode)status));
        Assert.Equal(expected, new AmazonServiceException("m", ErrorType.Unknown, code, "id", (HttpStatusCode)status).GetSqsErrorKind());
    }

    [Fact]
    public void Exceptions_without_a_reply_have_their_kind()
    {
        Assert.Equal(SqsErrorKind.Network, new HttpRequestException("x").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Network, new SocketException(1).GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Network, new AmazonServiceException("x", new HttpRequestException("y")).GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Timeout, new TimeoutException().GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Cancelled, new TaskCanceledException().GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.CredentialsUnavailable, new AmazonClientException("Failed to resolve AWS credentials.").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.CredentialsUnavailable, new AmazonServiceException("Unable to get IAM security credentials").GetSqsErrorKind());
        Assert.Equal(SqsErrorKind.Unknown, new InvalidOperationException().GetSqsErrorKind());
    }

    [Fact]
    public void Every_failure_can_be_retried_or_is_for_a_person_to_look_at()
    {
        foreach (var kind in Enum.GetValues<SqsErrorKind>().Except([SqsErrorKind.Unknown, SqsErrorKind.Cancelled]))
        {
            Assert.True(kind.CanRetry() || kind.IsConfigurationError(), $"{kind} is neither.");
        }

        Assert.False(SqsErrorKind.Cancelled.CanRetry() || SqsErrorKind.Cancelled.IsConfigurationError());
    }
}
