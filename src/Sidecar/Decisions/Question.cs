using Sidecar.Model;

namespace Sidecar.Decisions;

/// <summary>What a decision needs to know.</summary>
internal sealed record Question
{
    /// <summary>What is known of the customer; null: nothing could be found out.</summary>
    public required CachedCustomer? Customer { get; init; }

    /// <summary>Feature or currency.</summary>
    public required string Id { get; init; }

    /// <summary>Unix ms.</summary>
    public required long Now { get; init; }

    /// <summary>What answers when nothing is known.</summary>
    public required Fallback Fallback { get; init; }

    /// <summary>Usage the client asks for; 0: exactly at the limit is still access.</summary>
    public double RequestedUsage { get; init; }

    /// <summary>Values the client asks for.</summary>
    public IReadOnlyList<string> RequestedValues { get; init; } = [];
}
