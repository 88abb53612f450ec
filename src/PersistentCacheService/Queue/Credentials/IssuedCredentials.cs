using Amazon.Runtime;

namespace PersistentCacheService.Queue.Credentials;

/// <summary>Temporary credentials as they were issued.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Expiration">When they end.</param>
internal sealed record IssuedCredentials(ImmutableCredentials Keys, DateTimeOffset Expiration);
