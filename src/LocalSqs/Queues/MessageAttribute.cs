namespace LocalSqs.Queues;

/// <summary>A user attribute of a message.</summary>
/// <param name="Name">Name, 1..256 characters.</param>
/// <param name="DataType">String, Number or Binary, with an optional suffix (<c>Number.int</c>).</param>
/// <param name="Text">Value of a String or Number; null for Binary.</param>
/// <param name="Binary">Value of a Binary; null otherwise.</param>
internal sealed record MessageAttribute(string Name, string DataType, string? Text, byte[]? Binary = null);
