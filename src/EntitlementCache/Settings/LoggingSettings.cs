using Microsoft.Extensions.Logging;

namespace EntitlementCache.Settings;

/// <summary>What a log line looks like and which are printed.</summary>
internal sealed record LoggingSettings
{
    /// <summary>What holds while the configuration is not known yet or wrong.</summary>
    public static readonly LoggingSettings Default = new() { Level = LogLevel.Information, MessageKey = "msg", ErrorKey = "err" };

    /// <summary>Least severe level that is printed.</summary>
    public required LogLevel Level { get; init; }

    /// <summary>JSON member of the message.</summary>
    public required string MessageKey { get; init; }

    /// <summary>JSON member of the error.</summary>
    public required string ErrorKey { get; init; }
}
