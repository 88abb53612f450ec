using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.AspNetCore.Http;

namespace PersistentCacheService.Sqs.Tests.Transport;

public sealed class ErrorReplyTests
{
    [Fact]
    public async Task Unknown_queue_keeps_all_that_the_reply_says()
    {
        var error = await FailAsync(ScriptedSqs.Error(
            "QueueDoesNotExist", 400, "The specified queue does not exist.", ("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")));
        Assert.IsType<QueueDoesNotExistException>(error);
        Assert.Equal(SqsErrorKind.QueueDoesNotExist, error.Kind);
        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue", error.ErrorCode);
        Assert.Equal(ErrorType.Sender, error.ErrorType);
        Assert.Equal(400, (int)error.StatusCode);
        Assert.Equal("req-1", error.RequestId);
        Assert.Null(error.Retryable);
        Assert.Equal("SQS GetQueueAttributes: AWS.SimpleQueueService.NonExistentQueue (HTTP 400, request id req-1): The specified queue does not exist.", error.Message);
    }

    [Fact]
    public async Task Throttling_can_be_retried_and_says_that_it_is_throttling()
    {
        var error = await FailAsync(ScriptedSqs.Error("RequestThrottled"));
        Assert.IsType<RequestThrottledException>(error);
        Assert.True(error.Retryable!.Throttling);
    }

    [Fact]
    public async Task Legacy_code_in_the_header_is_enough()
    {
        var error = await FailAsync(ScriptedSqs.Json("", 400, ("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")));
        Assert.IsType<QueueDoesNotExistException>(error);
    }

    [Fact]
    public async Task Legacy_code_tells_more_than_an_unknown_shape()
    {
        var error = await FailAsync(ScriptedSqs.Error("SomethingNew", 400, "m", ("x-amzn-query-error", "RequestThrottled;Sender")));
        Assert.Equal(SqsErrorKind.Throttled, error.Kind);
    }

    [Fact]
    public async Task Server_error_with_a_html_body_is_unavailable()
    {
        var error = await FailAsync(ScriptedSqs.Json("<html>Bad Gateway</html>", 502));
        Assert.Equal(SqsErrorKind.Unavailable, error.Kind);
        Assert.Equal(ErrorType.Receiver, error.ErrorType);
        Assert.NotNull(error.Retryable);
    }

    [Fact]
    public async Task Shape_with_namespace_and_uri_is_stripped_to_its_name()
    {
        var error = await FailAsync(ScriptedSqs.Json("""{"__type":"com.amazon.coral.service#AccessDeniedException:http://internal/","Message":"not you"}""", 400));
        Assert.Equal("AccessDeniedException", error.ErrorCode);
        Assert.Equal(SqsErrorKind.AccessDenied, error.Kind);
        Assert.EndsWith(": not you", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_receipt_handle_and_over_limit_have_their_types()
    {
        Assert.IsType<ReceiptHandleIsInvalidException>(await FailAsync(ScriptedSqs.Error("ReceiptHandleIsInvalid", 404)));
        Assert.IsType<OverLimitException>(await FailAsync(ScriptedSqs.Error("OverLimit", 403)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"Attributes":{"a":"\uD800"}}""")]
    [InlineData("""{"Attributes":{"a":1}}""")]
    [InlineData("""{"Attributes":{"a":"b"}""")]
    public async Task Success_with_a_strange_body_is_unexpected_and_can_be_retried(string body)
    {
        var error = await FailAsync(ScriptedSqs.Json(body));
        Assert.Equal(SqsErrorKind.UnexpectedResponse, error.Kind);
        Assert.NotNull(error.Retryable);
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        var error = await FailAsync(static context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/");
            return Task.CompletedTask;
        });
        Assert.Equal(SqsErrorKind.UnexpectedResponse, error.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reply_over_the_limit_is_refused(bool announced)
    {
        var error = await FailAsync(
            async context =>
            {
                context.Response.ContentLength = announced ? 5000 : null;
                await context.Response.Body.WriteAsync(new byte[5000], context.RequestAborted);
            },
            static config => config.MaxResponseBytes = 4000);
        Assert.Equal(SqsErrorKind.UnexpectedResponse, error.Kind);
        Assert.Contains("larger than 4000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_stay_out_of_messages_even_if_the_server_echoes_them()
    {
        // What AWS answers to a wrong signature goes on with the canonical request, session token and all.
        var error = await FailAsync(ScriptedSqs.Error(
            "SignatureDoesNotMatch", 403, @"The request signature we calculated does not match.\n\nThe Canonical String was\nPOST\nx-amz-security-token:the-token\n"));
        Assert.Equal(SqsErrorKind.InvalidCredentials, error.Kind);
        Assert.EndsWith("does not match.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<AmazonSQSException> FailAsync(RequestDelegate answer, Action<AmazonSQSConfig>? change = null)
    {
        await using var server = await ScriptedSqs.StartAsync(answer);
        using var client = server.Client(change);
        var error = await Assert.ThrowsAnyAsync<AmazonSQSException>(() => client.GetQueueAttributesAsync(new() { QueueUrl = server.QueueUrl }));
        Assert.Single(server.Requests);
        return error;
    }
}
