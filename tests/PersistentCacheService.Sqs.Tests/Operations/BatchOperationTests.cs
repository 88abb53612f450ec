using System.Buffers;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS.Model;
using PersistentCacheService.Sqs.Operations;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Tests.Operations;

public sealed class BatchOperationTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Successful":null,"Failed":null}""")]
    [InlineData("""{"Failed":[],"Successful":[],"Other":[[1]]}""")]
    public void Absent_null_and_empty_lists_are_null(string json)
    {
        var response = Read(DeleteMessageBatchOperation.Instance, json);
        Assert.Null(response.Successful);
        Assert.Null(response.Failed);
    }

    [Fact]
    public void Every_entry_is_surfaced()
    {
        var response = Read(
            DeleteMessageBatchOperation.Instance,
            """{"Failed":[{"Id":"1","Code":"InternalError","SenderFault":false},{"Code":"ReceiptHandleIsInvalid","Message":"m","SenderFault":true,"Id":"2","New":1}],"Successful":[{"Id":"0"},{"Id":"3","New":{}}]}""");
        Assert.Equal(["0", "3"], response.Successful!.Select(static entry => entry.Id));
        Assert.Equal(["1", "2"], response.Failed!.Select(static entry => entry.Id));
        Assert.Equal("InternalError", response.Failed![0].Code);
        Assert.False(response.Failed[0].SenderFault);
        Assert.Null(response.Failed[0].Message);
        Assert.Equal("m", response.Failed[1].Message);
        Assert.True(response.Failed[1].SenderFault);
    }

    [Fact]
    public void Visibility_results_are_read()
    {
        var response = Read(ChangeMessageVisibilityBatchOperation.Instance, """{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","Code":"c"}]}""");
        Assert.Equal("0", Assert.Single(response.Successful!).Id);
        Assert.Null(Assert.Single(response.Failed!).SenderFault);
    }

    [Fact]
    public void Send_results_are_read()
    {
        var entry = Assert.Single(Read(
            SendMessageBatchOperation.Instance,
            """{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"5d","SequenceNumber":"18","MD5OfMessageAttributes":"x"}]}""").Successful!);
        Assert.Equal(("0", "m", "5d", "18"), (entry.Id, entry.MessageId, entry.MD5OfMessageBody, entry.SequenceNumber));
    }

    [Fact]
    public void Delete_request_is_written() => Assert.Equal(
        """{"QueueUrl":"u","Entries":[{"Id":"0","ReceiptHandle":"h"}]}""",
        Write(DeleteMessageBatchOperation.Instance, new() { QueueUrl = "u", Entries = [new() { Id = "0", ReceiptHandle = "h" }] }));

    [Fact]
    public void Visibility_request_is_written() => Assert.Equal(
        """{"QueueUrl":"u","Entries":[{"Id":"0","ReceiptHandle":"h","VisibilityTimeout":0}]}""",
        Write(ChangeMessageVisibilityBatchOperation.Instance, new() { QueueUrl = "u", Entries = [new() { Id = "0", ReceiptHandle = "h", VisibilityTimeout = 0 }] }));

    [Fact]
    public void Send_request_is_written()
    {
        var entry = new SendMessageBatchRequestEntry
        {
            Id = "0",
            MessageBody = "b",
            DelaySeconds = 5,
            MessageGroupId = "g",
            MessageDeduplicationId = "d",
            MessageAttributes = new()
            {
                ["type"] = new MessageAttributeValue { DataType = "String", StringValue = "s" },
                ["raw"] = new MessageAttributeValue { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 3]) },
            },
        };
        Assert.Equal(
            """{"QueueUrl":"u","Entries":[{"Id":"0","MessageBody":"b","DelaySeconds":5,"MessageGroupId":"g","MessageDeduplicationId":"d","MessageAttributes":{"type":{"DataType":"String","StringValue":"s"},"raw":{"DataType":"Binary","BinaryValue":"AQID"}}}]}""",
            Write(SendMessageBatchOperation.Instance, new() { QueueUrl = "u", Entries = [entry] }));
    }

    [Fact]
    public void Only_sends_may_not_be_repeated()
    {
        Assert.False(SendMessageBatchOperation.Instance.Repeatable);
        Assert.True(DeleteMessageBatchOperation.Instance.Repeatable);
        Assert.True(ChangeMessageVisibilityBatchOperation.Instance.Repeatable);
        Assert.True(ReceiveMessageOperation.Instance.Repeatable);
    }

    private static TResponse Read<TRequest, TResponse>(SqsOperation<TRequest, TResponse> operation, string json)
        where TResponse : AmazonWebServiceResponse
    {
        var content = new PooledBytes(16);
        content.Write(Encoding.UTF8.GetBytes(json));
        var response = operation.ReadResponse(content);
        Assert.Throws<ObjectDisposedException>(() => content.Memory); // the buffer has gone back to the pool
        return response;
    }

    private static string Write<TRequest, TResponse>(SqsOperation<TRequest, TResponse> operation, TRequest request)
        where TResponse : AmazonWebServiceResponse
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            operation.WriteMembers(writer, request);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
