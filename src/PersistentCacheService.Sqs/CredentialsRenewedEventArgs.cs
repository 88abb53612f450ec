namespace Amazon.SQS;

/// <summary>The client signs with other credentials than before: the first ones, or those that replaced them. Carries nothing secret.</summary>
/// <param name="provider">See <see cref="Provider"/>.</param>
/// <param name="expiration">See <see cref="Expiration"/>.</param>
/// <param name="isFirst">See <see cref="IsFirst"/>.</param>
public sealed class CredentialsRenewedEventArgs(string provider, DateTime? expiration, bool isFirst) : EventArgs
{
    /// <summary>Who delivered them: the name of a class of AWSSDK.Core, e.g. <c>AssumeRoleWithWebIdentityCredentials</c>.</summary>
    public string Provider { get; } = provider;

    /// <summary>When the provider will not use them any longer, UTC: a minute or so before they expire. Null: never, or it does not tell.</summary>
    public DateTime? Expiration { get; } = expiration;

    /// <summary>Whether there were none before.</summary>
    public bool IsFirst { get; } = isFirst;
}
