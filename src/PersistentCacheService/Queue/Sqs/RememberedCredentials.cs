using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Identity;
using EntitlementCache.Aws;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;
using PersistentCacheService.Queue.Credentials;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>
/// The credentials of the SDK's default chain (environment, web identity, profile, single sign-on, container endpoint, instance metadata), remembered for
/// some seconds because the chain looks at files and variables each time. It logs which provider delivered them and how long they last, never the keys, and does not
/// wait forever for a provider that hangs.
/// </summary>
/// <param name="newChain">Makes a chain, which resolves the provider that delivers the credentials.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class RememberedCredentials(Func<IIdentityResolver<AWSCredentials>> newChain, TimeProvider time, ILogger<RememberedCredentials> logger) : AWSCredentials
{
    /// <summary>Deadline of one try: longer than a slow STS, shorter than that of any call (<see cref="SqsDeadline.BeyondTheWait"/>), so that its failure names the credentials.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A changed file or variable is noticed within it. The chain renews minutes before an expiry, so nothing expires meanwhile.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Known? _known;
    private volatile IIdentityResolver<AWSCredentials> _chain = newChain();
    private Task<ImmutableCredentials>? _try;
    private ImmutableCredentials? _latest;
    private long _fetches;
    private long _latestFetch;

    /// <summary>The latest credentials. The SDK asks <see cref="GetCredentialsAsync"/> for each call first and signs with these.</summary>
    public override ImmutableCredentials GetCredentials() =>
        Volatile.Read(ref _latest) ?? throw new AmazonClientException("No AWS credentials yet.");

    /// <inheritdoc/>
    /// <exception cref="AmazonClientException">No provider delivers any in time.</exception>
    public override Task<ImmutableCredentials> GetCredentialsAsync() =>
        Volatile.Read(ref _known) is { } known && time.GetElapsedTime(known.Since) < Memory ? known.Result : WaitAsync();

    /// <summary>SQS says that these have expired: the next call gets new ones. Where there are others already, the word comes from a call that began before, and nothing is forgotten.</summary>
    /// <param name="token">Session token of the call, empty: it had none.</param>
    public void Forget(string token)
    {
        var known = Volatile.Read(ref _known);
        if (known is null || !string.Equals(known.Keys.Token, token, StringComparison.Ordinal) || Interlocked.CompareExchange(ref _known, null, known) != known)
        {
            return;
        }

        switch (known.Provider)
        {
            case RefreshingAWSCredentials provider:
                provider.ClearCredentials();
                break;
            case RenewedCredentials renewed:
                renewed.Discard(known.Keys);
                break;
        }
    }

    private Task<ImmutableCredentials> WaitAsync()
    {
        lock (_lock)
        {
            return _try = _try is { IsCompleted: false } underWay ? underWay : TryAsync();
        }
    }

    /// <summary>One try, for all who wait.</summary>
    private async Task<ImmutableCredentials> TryAsync()
    {
        var source = CredentialSource.Describe(Environment.GetEnvironmentVariable);
        var fetch = Task.Run(FetchAsync);
        try
        {
            return await fetch.WaitAsync(Patience, time);
        }
        catch (TimeoutException exception) when (!fetch.IsCompleted)
        {
            // A provider fetches once at a time: behind one that hangs, the next try would hang, too. If the old one ends after all, its keys are taken.
            _chain = newChain();
            _ = fetch.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new AmazonClientException($"No AWS credentials within {Patience.TotalSeconds:0} s; waited for {source}", exception);
        }
        catch (Exception exception)
        {
            // Providers fail with whatever their parts throw: service, client, IO, JSON, argument and reflection exceptions.
            throw new AmazonClientException($"No AWS credentials: {CredentialFailure.Describe(exception)}", exception);
        }
    }

    private async Task<ImmutableCredentials> FetchAsync()
    {
        var number = Interlocked.Increment(ref _fetches);
        var provider = await _chain.ResolveIdentityAsync(null, CancellationToken.None);
        var credentials = await provider.GetCredentialsAsync() ?? throw new AmazonClientException("The provider delivers no keys.");
        lock (_lock)
        {
            if (number < _latestFetch)
            {
                // It hung, and another one has been faster.
                return credentials;
            }

            _latestFetch = number;
            var before = _latest;
            Volatile.Write(ref _latest, credentials);
            Volatile.Write(ref _known, new Known(provider, credentials, Task.FromResult(credentials), time.GetTimestamp()));
            Report(provider, credentials, before);
        }

        return credentials;
    }

    /// <summary>Logs the first credentials and each that replaces others.</summary>
    private void Report(AWSCredentials provider, ImmutableCredentials credentials, ImmutableCredentials? before)
    {
        // Some providers make a new object of the same keys each time.
        if (credentials.AccessKey == before?.AccessKey && credentials.Token == before.Token)
        {
            return;
        }

        var expiry = provider.Expiration?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "none known";
        var name = provider is RenewedCredentials renewed ? renewed.Source : provider.GetType().Name;
        if (before is null)
        {
            Log.CredentialsFound(logger, name, expiry);
        }
        else
        {
            Log.CredentialsRenewed(logger, name, expiry);
        }
    }

    private sealed record Known(AWSCredentials Provider, ImmutableCredentials Keys, Task<ImmutableCredentials> Result, long Since);
}
