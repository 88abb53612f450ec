using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Amazon.SQS.Model;
using PersistentCacheService.Queue.Sqs;
using PersistentCacheService.Settings;
using TestKit;

namespace PersistentCacheService.Tests.Queue.Sqs;

public sealed class RememberedCredentialsTests : IDisposable
{
    private const int Found = 1108;
    private const int Renewed = 1109;

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();
    private readonly Chain _chain = new();
    private readonly RememberedCredentials _credentials;

    public RememberedCredentialsTests() => _credentials = new RememberedCredentials(() => _chain, _time, _logs.Logger<RememberedCredentials>());

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task The_chain_is_asked_once_in_five_seconds_and_the_same_keys_are_logged_once()
    {
        await _credentials.GetCredentialsAsync();
        await _credentials.GetCredentialsAsync();
        Assert.Equal(1, _chain.Asked);
        _time.Advance(TimeSpan.FromSeconds(6));
        await _credentials.GetCredentialsAsync();
        Assert.Equal(2, _chain.Asked);
        Assert.Single(_logs.Entries);
        Assert.DoesNotContain("AKID1", Assert.Single(_logs.WithEvent(Found)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_signed_with_them()
    {
        await using var server = await ScriptedSqs.StartAsync(ScriptedSqs.Error("ExpiredToken", 403), ScriptedSqs.Json("{}"));
        var settings = new QueueSettings { Region = "us-east-1", Url = new Uri(server.QueueUrl), BatchSize = 1, Consumers = 1, MaxInFlight = 1, WaitTime = TimeSpan.Zero };
        using var client = SqsClient.Create(settings, _credentials);
        var error = await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl }));
        Assert.Equal(SqsErrorKind.ExpiredCredentials, error.GetSqsErrorKind());
        await client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl });
        Assert.Equal(2, _chain.Asked);
        Assert.Contains("Credential=AKID1/", server.Requests[1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_was_signed_with_older_keys_says_nothing_about_those_in_hand()
    {
        var (arrived, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var expired = ScriptedSqs.Error("ExpiredToken", 403);
        await using var server = await ScriptedSqs.StartAsync(
            async context =>
            {
                arrived.SetResult();
                await answer.Task;
                await expired(context);
            },
            expired);
        var settings = new QueueSettings { Region = "us-east-1", Url = new Uri(server.QueueUrl), BatchSize = 1, Consumers = 1, MaxInFlight = 1, WaitTime = TimeSpan.Zero };
        using var client = SqsClient.Create(settings, _credentials);
        _chain.Provider = new SessionAWSCredentials("AKID1", "secret", "token-1");
        var call = client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl });
        await arrived.Task;
        _chain.Provider = new SessionAWSCredentials("AKID2", "secret", "token-2");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("AKID2", (await _credentials.GetCredentialsAsync()).AccessKey);
        answer.SetResult();
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => call);
        await _credentials.GetCredentialsAsync();
        Assert.Equal(2, _chain.Asked);

        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = server.QueueUrl }));
        await _credentials.GetCredentialsAsync();
        Assert.Equal(3, _chain.Asked);
    }

    [Fact]
    public async Task A_change_of_the_access_key_is_noticed_and_logged()
    {
        await _credentials.GetCredentialsAsync();
        _chain.Provider = new BasicAWSCredentials("AKID2", "secret");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("AKID2", (await _credentials.GetCredentialsAsync()).AccessKey);
        Assert.Contains(nameof(BasicAWSCredentials), Assert.Single(_logs.WithEvent(Renewed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_SQS_calls_expired_are_fetched_again_at_once()
    {
        await _credentials.GetCredentialsAsync();
        _credentials.Forget("");
        await _credentials.GetCredentialsAsync();
        Assert.Equal(2, _chain.Asked);
    }

    [Fact]
    public async Task A_fetch_that_hangs_is_given_up_after_ten_seconds_for_a_new_one_and_its_keys_are_taken_if_they_come()
    {
        var hangs = new TaskCompletionSource();
        _chain.Ready = hangs.Task;
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var call = _credentials.GetCredentialsAsync();
            var other = _credentials.GetCredentialsAsync();
            await Eventually.HoldsAsync(() => _time.WaitingTimers == 1 && _chain.Asked == attempt, "both calls wait for one try");
            _time.Advance(TimeSpan.FromSeconds(10));
            var error = await Assert.ThrowsAsync<AmazonClientException>(() => call);
            await Assert.ThrowsAsync<AmazonClientException>(() => other);
            Assert.Contains("within 10 s; waited for ", error.Message, StringComparison.Ordinal);
            Assert.Equal(SqsErrorKind.CredentialsUnavailable, error.GetSqsErrorKind());
        }

        hangs.SetResult();
        await Eventually.HoldsAsync(() => _logs.WithEvent(Found).Any(), "a fetch that was given up delivers");
        Assert.Equal("AKID1", (await _credentials.GetCredentialsAsync()).AccessKey);
        Assert.Equal(2, _chain.Asked);
    }

    [Fact]
    public async Task A_chain_that_fails_is_asked_again_by_the_next_call()
    {
        _chain.Ready = Task.FromException(new InvalidOperationException("no\nprofile"));
        var error = await Assert.ThrowsAsync<AmazonClientException>(_credentials.GetCredentialsAsync);
        Assert.Equal("No AWS credentials: no profile", error.Message);
        _chain.Ready = Task.CompletedTask;
        Assert.Equal("AKID1", (await _credentials.GetCredentialsAsync()).AccessKey);
    }

    [Fact]
    public async Task Keys_of_a_provider_that_hung_do_not_replace_newer_ones()
    {
        var hangs = new TaskCompletionSource();
        _chain.Ready = hangs.Task;
        var waiting = _credentials.GetCredentialsAsync();
        await Eventually.HoldsAsync(() => _chain.Asked == 1, "the chain is asked");
        _time.Advance(RememberedCredentials.Patience);
        await Assert.ThrowsAsync<AmazonClientException>(() => waiting);
        _chain.Ready = Task.CompletedTask;
        _chain.Provider = new BasicAWSCredentials("AKID2", "secret");
        Assert.Equal("AKID2", (await _credentials.GetCredentialsAsync()).AccessKey);

        // On a thread of the pool: all that follows runs there, before it returns.
        _chain.Provider = new BasicAWSCredentials("AKID1", "secret");
        await Task.Run(hangs.SetResult);
        Assert.Equal("AKID2", (await _credentials.GetCredentialsAsync()).AccessKey);
        Assert.Empty(_logs.WithEvent(Renewed));
    }

    private sealed class Chain : IIdentityResolver<AWSCredentials>
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public Task Ready { get; set; } = Task.CompletedTask;

        public AWSCredentials Provider { get; set; } = new BasicAWSCredentials("AKID1", "secret");

        public AWSCredentials ResolveIdentity(IClientConfig clientConfig) => throw new NotSupportedException();

        public async Task<AWSCredentials> ResolveIdentityAsync(IClientConfig clientConfig, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _asked);
            await Ready;
            return Provider;
        }

        BaseIdentity IIdentityResolver.ResolveIdentity(IClientConfig clientConfig) => ResolveIdentity(clientConfig);

        async Task<BaseIdentity> IIdentityResolver.ResolveIdentityAsync(IClientConfig clientConfig, CancellationToken cancellationToken) =>
            await ResolveIdentityAsync(clientConfig, cancellationToken);
    }
}
