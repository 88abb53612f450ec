namespace Monitoring.Tests;

/// <summary>One case of the rules' tests.</summary>
/// <param name="Name">Its name: the alert, and whether it fires.</param>
/// <param name="ExpectsAlert">Whether it expects any alert to fire.</param>
/// <param name="LooksAtAlerts">Whether all it checks are alerts.</param>
/// <param name="LooksAtWholeRun">Whether an alert that fires at any time of the run counts, not only at its end.</param>
/// <param name="Series">The series it feeds in.</param>
internal sealed record AlertCase(string Name, bool ExpectsAlert, bool LooksAtAlerts, bool LooksAtWholeRun, IReadOnlyList<string> Series);
