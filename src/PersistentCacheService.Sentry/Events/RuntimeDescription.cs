using System.Runtime.InteropServices;

namespace PersistentCacheService.Sentry.Events;

/// <summary>What the service runs on, for an event's contexts.</summary>
/// <param name="RuntimeVersion">Version of .NET.</param>
/// <param name="OperatingSystem">Name and version of the system.</param>
internal sealed record RuntimeDescription(string RuntimeVersion, string OperatingSystem)
{
    /// <summary>This process's.</summary>
    public static RuntimeDescription Current { get; } = new(Environment.Version.ToString(), RuntimeInformation.OSDescription);
}
