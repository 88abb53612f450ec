namespace PersistentCacheService.Messages;

/// <summary>Ends the reading of a message that is not of the contract; <see cref="MessageDecoder"/> turns it into <see cref="Malformed"/>.</summary>
/// <param name="reason">Member and path, never content.</param>
internal sealed class MalformedMessageException(string reason) : Exception(reason);
