using System.Text;
using Amazon.Runtime;
using EntitlementCache.Aws;
using PersistentCacheService.Queue.Credentials;
using TestKit;

namespace PersistentCacheService.Tests.Queue.Credentials;

public sealed class RenewedCredentialsTests : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly RenewedCredentials _credentials;
    private int _asked;
    private Exception? _failure;
    private Task<IssuedCredentials>? _never;

    public RenewedCredentialsTests() => _credentials = new RenewedCredentials("the test", IssueAsync, _time, static () => 0.5, _logs.Logger<RenewedCredentials>());

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task They_are_renewed_beside_the_calls_well_before_they_end()
    {
        Assert.Equal("key-1", await KeyAsync());
        _time.Advance(Life * 0.6);
        Assert.Equal("key-1", await KeyAsync());
        Assert.Equal(1, _asked);

        _time.Advance(Life * 0.05);
        Assert.Equal("key-1", await KeyAsync());
        await Eventually.HoldsAsync(async () => await KeyAsync() == "key-2", "the new ones are used");
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Who_issues_them_may_be_away_while_they_last_and_not_longer()
    {
        await KeyAsync();
        _failure = new CredentialException("nobody is there", "wait");
        _time.Advance(Life * 0.9);
        Assert.Equal("key-1", await KeyAsync());
        await Eventually.HoldsAsync(() => _logs.WithEvent(1120).Count > 0, "the failure is logged");
        Assert.Equal("key-1", await KeyAsync());

        _time.Advance(Life * 0.2);
        var failure = await Assert.ThrowsAsync<CredentialException>(_credentials.GetCredentialsAsync);
        Assert.Equal("wait", failure.Remedy);

        _failure = null;
        Assert.StartsWith("key-", await KeyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_that_SQS_does_not_take_are_replaced_and_those_that_are_over_are_not_taken()
    {
        var first = await _credentials.GetCredentialsAsync();
        _credentials.Discard(first);
        Assert.Equal("key-2", await KeyAsync());
        _credentials.Discard(first);
        Assert.Equal("key-2", await KeyAsync());

        var late = new RenewedCredentials("the test", _ => Task.FromResult(Issued(_time.GetUtcNow())), _time, static () => 0.5, _logs.Logger<RenewedCredentials>());
        Assert.Contains("clock", (await Assert.ThrowsAsync<CredentialException>(late.GetCredentialsAsync)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_hangs_is_given_up_and_asked_again()
    {
        await KeyAsync();
        _never = new TaskCompletionSource<IssuedCredentials>().Task;
        _time.Advance(Life * 0.7);
        Assert.Equal("key-1", await KeyAsync());
        await RenewalIsGivenUpAsync(asked: 2);
        await Eventually.HoldsAsync(() => _logs.WithEvent(1120).Count == 1, "the failure is logged");
        Assert.Contains("the test issued no credentials within 30 s", _logs.WithEvent(1120)[0].Message, StringComparison.Ordinal);

        _time.Advance(Life * 0.4);
        var waiting = _credentials.GetCredentialsAsync();
        var joining = _credentials.GetCredentialsAsync();
        await RenewalIsGivenUpAsync(asked: 3);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        await Assert.ThrowsAsync<TimeoutException>(() => joining);

        _never = null;
        Assert.Equal("key-4", await KeyAsync());
    }

    [Theory]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","expiration":"2026-05-01T10:00:00.000Z"}""", true)]
    [InlineData("""{"data":{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","expiration":1777629600000}}""", true)]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t"}""", false)]
    [InlineData("""{"accessKeyId":"","secretAccessKey":"s","sessionToken":"t","expiration":1777629600000}""", false)]
    [InlineData("""{"accessKeyId":"a\r\nX: y","secretAccessKey":"s","sessionToken":"t","expiration":1777629600000}""", false)]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":7,"sessionToken":"t","expiration":1777629600000}""", false)]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":"\ud800","sessionToken":"t","expiration":1777629600000}""", false)]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","expiration":"soon"}""", false)]
    [InlineData("""{"accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","expiration":8640000000000000}""", false)]
    [InlineData("[]", false)]
    [InlineData("<html>", false)]
    public void Of_an_answer_only_whole_credentials_are_taken(string body, bool isTaken)
    {
        var issued = EdgeCredentials.Read(Encoding.UTF8.GetBytes(body));

        Assert.Equal(isTaken, issued is not null);
        Assert.True(issued is null || issued.Expiration.ToUnixTimeMilliseconds() == 1_777_629_600_000);
    }

    private async Task RenewalIsGivenUpAsync(int asked)
    {
        await Eventually.HoldsAsync(() => _time.WaitingTimers == 1 && Volatile.Read(ref _asked) == asked, "the issuer is asked");
        _time.Advance(TimeSpan.FromSeconds(30));
    }

    private async Task<string> KeyAsync() => (await _credentials.GetCredentialsAsync()).AccessKey;

    private static IssuedCredentials Issued(DateTimeOffset expiration, string key = "key") => new(new ImmutableCredentials(key, "secret", "token"), expiration);

    private Task<IssuedCredentials> IssueAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _asked);
        if (_never is { } never)
        {
            return never;
        }

        return _failure is { } failure ? Task.FromException<IssuedCredentials>(failure) : Task.FromResult(Issued(_time.GetUtcNow() + Life, $"key-{number}"));
    }
}
