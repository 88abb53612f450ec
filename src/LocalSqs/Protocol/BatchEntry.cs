using LocalSqs.Queues;

namespace LocalSqs.Protocol;

/// <summary>One entry of a batch of deletes or visibility changes.</summary>
/// <param name="IdStart">Where the id is in the request's bytes.</param>
/// <param name="IdLength">Its length; 0 when it is missing.</param>
/// <param name="Handle">The handle.</param>
/// <param name="HandleIsValid">False when the handle is missing or not one of ours.</param>
/// <param name="VisibilityTimeout">Seconds; null when absent.</param>
internal readonly record struct BatchEntry(int IdStart, int IdLength, ReceiptHandle Handle, bool HandleIsValid, int? VisibilityTimeout);
