using EntitlementCache.Settings;

namespace PersistentCacheService.Settings;

/// <summary>What came of reading the environment: settings, or everything that is wrong with them.</summary>
/// <param name="Settings">The configuration; null when there is any problem.</param>
/// <param name="Logging">How to log either way.</param>
/// <param name="Problems">One sentence for each problem, naming the variable and what is allowed; no secrets.</param>
/// <param name="Warnings">One sentence for each setting that works but is a risk; no secrets.</param>
internal sealed record SettingsReading(ServiceSettings? Settings, LoggingSettings Logging, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);
