namespace TestKit.EdgeApi;

/// <summary>A call the <see cref="FakeEdgeApi"/> received.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">Path and query as sent, escapes included.</param>
/// <param name="CustomerId">The unescaped customer id; null for calls that concern no customer.</param>
/// <param name="ResourceId">The unescaped resource id; null: none was sent.</param>
/// <param name="Headers">All request headers; names compare without case.</param>
public sealed record EdgeCall(string Method, string PathAndQuery, string? CustomerId, string? ResourceId, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>When it came: a timestamp of <see cref="TimeProvider.System"/>.</summary>
    public long At { get; } = TimeProvider.System.GetTimestamp();
}
