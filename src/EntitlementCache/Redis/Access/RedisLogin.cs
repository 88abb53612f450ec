using Amazon.Runtime;
using EntitlementCache.Aws;
using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Access;

/// <summary>What the user of a connection proves itself with: a password, or an IAM token that is new each time.</summary>
internal sealed class RedisLogin
{
    private readonly RedisSettings _settings;
    private readonly IamTokens? _tokens;

    /// <summary>Prepares it.</summary>
    /// <param name="settings">User, and what proves it.</param>
    /// <param name="credentials">Gives AWS credentials, null: the SDK's default chain. Asked only for IAM tokens.</param>
    /// <param name="time">Clock.</param>
    public RedisLogin(RedisSettings settings, Func<CancellationToken, Task<ImmutableCredentials>>? credentials, TimeProvider time)
    {
        _settings = settings;
        _tokens = settings.Iam is { } iam ? new IamTokens(iam, settings.Username!, credentials ?? new ChainCredentials().GetAsync, time) : null;
    }

    /// <summary>Whether it has to be repeated on a live connection.</summary>
    public bool Expires => _tokens is not null;

    /// <summary>What is asked for it, for the message when that hangs.</summary>
    public string Source => _tokens is null ? "the password" : $"AWS credentials from {CredentialSource.Describe(Environment.GetEnvironmentVariable)}";

    /// <summary>The password of now, null: none.</summary>
    /// <exception cref="RedisFailureException">There is none to be had.</exception>
    public async Task<string?> PasswordAsync(CancellationToken cancellationToken) =>
        _tokens is null ? await StoredPassword.ReadAsync(_settings.Password, _settings.PasswordFile, cancellationToken) : await _tokens.CreateAsync(cancellationToken);

    /// <summary>Adds to a refusal what the server does not say: all that AWS compares.</summary>
    public RedisFailureException Explain(RedisFailureException refusal) =>
        _tokens is null || _settings.Iam is not { } iam || refusal.Kind is not (RedisFailureKind.AuthenticationFailed or RedisFailureKind.AuthenticationRequired)
            ? refusal
            : new RedisFailureException(
                RedisFailureKind.TokenRefused,
                $"{refusal.Message.TrimEnd('.')}. The IAM token was signed at {_tokens.SignedAt:yyyy-MM-dd'T'HH:mm:ss'Z'} by this machine's clock for the user {_settings.Username} of {iam}.",
                refusal);
}
