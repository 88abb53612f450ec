namespace LocalSqs.Protocol.Operations;

/// <summary>Value of a message attribute as read from a request; members that were absent are null.</summary>
internal sealed record AttributeValue(string? DataType, string? Text, byte[]? Binary);
