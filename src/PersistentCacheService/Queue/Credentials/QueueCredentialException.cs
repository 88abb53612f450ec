using Amazon.Runtime;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>Somebody issues no credentials for the queue.</summary>
/// <param name="message">Why; without secrets.</param>
/// <param name="remedy">What an operator can do about it, as the second half of a sentence.</param>
internal sealed class QueueCredentialException(string message, string remedy) : AmazonClientException(message)
{
    /// <summary>What an operator can do about it.</summary>
    public string Remedy => remedy;
}
