using Amazon.Runtime;

namespace EntitlementCache.Aws;

/// <summary>There are no AWS credentials from who should issue them.</summary>
/// <param name="message">Why; without secrets.</param>
/// <param name="remedy">What an operator can do about it, as the second half of a sentence.</param>
internal sealed class CredentialException(string message, string remedy) : AmazonClientException(message)
{
    /// <summary>What an operator can do about it.</summary>
    public string Remedy => remedy;
}
