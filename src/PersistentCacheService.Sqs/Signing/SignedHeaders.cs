namespace PersistentCacheService.Sqs.Signing;

/// <summary>The headers that a signature adds to a request.</summary>
/// <param name="Date">Value of <c>X-Amz-Date</c>.</param>
/// <param name="Authorization">Value of <c>Authorization</c>.</param>
/// <param name="SecurityToken">Value of <c>X-Amz-Security-Token</c>; null without a session.</param>
internal readonly record struct SignedHeaders(string Date, string Authorization, string? SecurityToken)
{
    /// <summary>Shows nothing: the token is a secret.</summary>
    public override string ToString() => nameof(SignedHeaders);
}
