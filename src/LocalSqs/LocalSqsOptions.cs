namespace LocalSqs;

/// <summary>How a <see cref="LocalSqsServer"/> runs. Everything has a default that suits a test.</summary>
public sealed record LocalSqsOptions
{
    /// <summary>TCP port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>AWS region in ARNs.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Queues that exist from the start.</summary>
    public IReadOnlyList<LocalQueueOptions> Queues { get; init; } = [];

    /// <summary>Access key that requests must be signed with, at a time near the server's; null takes all, unsigned ones too. No signature is verified.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Session token that such requests must carry; null takes any or none.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Whether standard queues deliver in random order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Share of messages, 0..1, that standard queues deliver twice.</summary>
    public double DuplicateShare { get; init; }

    /// <summary>Added to every call.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The emulator's time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Hears of defects of the emulator; null logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
