namespace PersistentCacheService.IntegrationTests;

/// <summary>An execution that has ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed to its standard output.</param>
/// <param name="Printed">All it printed.</param>
public sealed record FinishedProcess(int ExitCode, string Output, string Printed);
