using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Identity;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Queue.Sqs;

/// <summary>
/// The credentials of the SDK's default chain (environment, web identity, profile, single sign-on, container endpoint, instance metadata), remembered for
/// some seconds because the chain looks at files and variables each time. It logs which provider delivered them and how long they last, never the keys, and does not
/// wait forever for a provider that hangs.
/// </summary>
/// <param name="chain">Resolves the provider that delivers the credentials.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
internal sealed class RememberedCredentials(IIdentityResolver<AWSCredentials> chain, TimeProvider time, ILogger<RememberedCredentials> logger) : AWSCredentials
{
    // A changed file or variable is noticed within it. The chain renews minutes before an expiry, so nothing expires meanwhile.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    // Longer than a slow STS, shorter than the deadline of a long poll. The fetch goes on for the next call.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Known? _known;
    private Task<ImmutableCredentials>? _fetch;
    private ImmutableCredentials? _latest;
    private string _waitsFor = "";

    /// <summary>The latest credentials. The SDK asks <see cref="GetCredentialsAsync"/> for each call first and signs with these.</summary>
    public override ImmutableCredentials GetCredentials() =>
        Volatile.Read(ref _latest) ?? throw new AmazonClientException("No AWS credentials yet.");

    /// <inheritdoc/>
    /// <exception cref="AmazonClientException">No provider delivers any in time.</exception>
    public override Task<ImmutableCredentials> GetCredentialsAsync() =>
        Volatile.Read(ref _known) is { } known && time.GetElapsedTime(known.Since) < Memory ? known.Result : WaitAsync();

    /// <summary>SQS says that they have expired: the next call gets new ones.</summary>
    public void Forget()
    {
        if (Interlocked.Exchange(ref _known, null)?.Provider is RefreshingAWSCredentials provider)
        {
            provider.ClearCredentials();
        }
    }

    private async Task<ImmutableCredentials> WaitAsync()
    {
        Task<ImmutableCredentials> fetch;
        lock (_lock)
        {
            fetch = _fetch = _fetch is { IsCompleted: false } underWay ? underWay : Task.Run(FetchAsync);
        }

        try
        {
            return await fetch.WaitAsync(Patience, time);
        }
        catch (TimeoutException exception)
        {
            throw new AmazonClientException($"No AWS credentials within {Patience.TotalSeconds:0} s; still waiting for {Volatile.Read(ref _waitsFor)}", exception);
        }
        catch (Exception exception)
        {
            // Providers fail with whatever their parts throw: service, client, IO, JSON, argument and reflection exceptions.
            throw new AmazonClientException($"No AWS credentials: {exception.Message.ReplaceLineEndings(" ").Trim()}", exception);
        }
    }

    private async Task<ImmutableCredentials> FetchAsync()
    {
        Volatile.Write(ref _waitsFor, Source());
        var provider = await chain.ResolveIdentityAsync(null, CancellationToken.None);
        var credentials = await provider.GetCredentialsAsync() ?? throw new AmazonClientException("The provider delivers no keys.");
        Report(provider, credentials);
        Volatile.Write(ref _latest, credentials);
        Volatile.Write(ref _known, new Known(provider, Task.FromResult(credentials), time.GetTimestamp()));
        return credentials;
    }

    // What the environment leads to, in the order of the chain.
    private static string Source()
    {
        if (Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE") is { Length: > 0 })
        {
            return "AWS STS (AWS_WEB_IDENTITY_TOKEN_FILE is set)";
        }

        return (Environment.GetEnvironmentVariable("AWS_CONTAINER_CREDENTIALS_FULL_URI") ?? Environment.GetEnvironmentVariable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) is { Length: > 0 }
            ? "the container's credentials endpoint (AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI is set)"
            : "a profile or the instance metadata service (no other source is set)";
    }

    /// <summary>Logs the first credentials and each that replaces others. One fetch runs at a time.</summary>
    private void Report(AWSCredentials provider, ImmutableCredentials credentials)
    {
        // Some providers make a new object of the same keys each time.
        if (credentials.AccessKey == _latest?.AccessKey && credentials.Token == _latest.Token)
        {
            return;
        }

        var expiry = provider.Expiration?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "none known";
        if (_latest is null)
        {
            Log.CredentialsFound(logger, provider.GetType().Name, expiry);
        }
        else
        {
            Log.CredentialsRenewed(logger, provider.GetType().Name, expiry);
        }
    }

    private sealed record Known(AWSCredentials Provider, Task<ImmutableCredentials> Result, long Since);
}
