namespace LocalSqs.Authentication;

/// <summary>The key pair that requests must be signed with.</summary>
/// <param name="AccessKey">Access key id.</param>
/// <param name="SecretKey">Secret access key.</param>
/// <param name="SessionToken">Token that must come along; null accepts requests with any token or none.</param>
public sealed record SigningCredentials(string AccessKey, string SecretKey, string? SessionToken = null)
{
    /// <summary>Names the access key only.</summary>
    public override string ToString() => $"{nameof(SigningCredentials)} {{ {nameof(AccessKey)} = {AccessKey} }}";
}
