using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EntitlementCache.Observability;
using PersistentCacheService.Queue;
using PersistentCacheService.Queue.Sqs;
using TestKit;

namespace PersistentCacheService.Tests.Queue;

public sealed class QueueHealthTests : IDisposable
{
    private static readonly AmazonServiceException Missing = new(
        "no such queue", ErrorType.Sender, "AWS.SimpleQueueService.NonExistentQueue", "request-1", HttpStatusCode.BadRequest);

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly QueueHealth _health;

    public QueueHealthTests() => _health = new QueueHealth(_time, _logs.Logger<QueueHealth>());

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void Before_the_first_answer_it_is_not_usable_and_after_it_is()
    {
        Assert.False(_health.IsUsable);
        _health.Succeeded("ReceiveMessage", _health.Begin());
        Assert.True(_health.IsUsable);
        Assert.Empty(_logs.Entries);
    }

    [Fact]
    public void A_network_error_makes_it_unusable_only_when_it_lasts()
    {
        _health.Succeeded("ReceiveMessage", _health.Begin());
        _health.Failed("ReceiveMessage", new HttpRequestException("connection refused"));
        Assert.True(_health.IsUsable);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(_health.IsUsable);
    }

    [Fact]
    public void The_line_has_the_remedy_that_check_has()
    {
        var scope = new AmazonServiceException("Credential should be scoped to a valid region. ", null, ErrorType.Sender, "InvalidSignatureException", "r", HttpStatusCode.Forbidden);
        var unresolved = new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound));
        _health.Failed("ReceiveMessage", scope);
        _health.Failed("DeleteMessageBatch", unresolved);
        Assert.Contains(scope.GetSqsRemedy(), _logs.Entries[0].Message, StringComparison.Ordinal);
        Assert.Contains(unresolved.GetSqsRemedy(), _logs.Entries[1].Message, StringComparison.Ordinal);
        Assert.All(_logs.Entries, static entry => Assert.Contains("AWS_REGION", entry.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_configuration_error_makes_it_unusable_at_once_and_is_logged_once_a_minute()
    {
        for (var second = 0; second < 90; second++)
        {
            _health.Failed("ReceiveMessage", Missing);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(_health.IsUsable);
        Assert.Equal(SqsErrorKind.QueueDoesNotExist, _health.LastFailure);
        var lines = _logs.WithEvent(1100);
        Assert.Equal([0, 59], lines.Select(static line => ((Suppressed)line.Fields["Suppressed"]!).Count));
        Assert.Contains("QUEUE_URL", lines[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_poll_that_began_before_the_trouble_does_not_end_it()
    {
        var began = _health.Begin();
        _time.Advance(TimeSpan.FromSeconds(5));
        _health.Failed("ReceiveMessage", Missing);
        _time.Advance(TimeSpan.FromSeconds(15));
        _health.Succeeded("ReceiveMessage", began);
        Assert.Equal(SqsErrorKind.QueueDoesNotExist, _health.LastFailure);
        Assert.Empty(_logs.WithEvent(1103));
        _health.Succeeded("ReceiveMessage", _health.Begin());
        Assert.Null(_health.LastFailure);
    }

    [Fact]
    public void Recovery_is_logged_with_its_duration()
    {
        _health.Failed("ReceiveMessage", Missing);
        _time.Advance(TimeSpan.FromSeconds(42));
        _health.Succeeded("ReceiveMessage", _health.Begin());

        Assert.Equal(42.0, Assert.Single(_logs.WithEvent(1103)).Fields["Seconds"]);
        Assert.True(_health.IsUsable);
    }

    [Fact]
    public void A_right_that_is_missing_for_deletes_is_not_repaired_by_a_receive()
    {
        _health.Failed("DeleteMessageBatch", Missing);
        _health.Succeeded("ReceiveMessage", _health.Begin());
        Assert.False(_health.IsUsable);
        _health.Succeeded("DeleteMessageBatch", _health.Begin());
        Assert.True(_health.IsUsable);
    }
}
