namespace DashboardPicture.Drawing;

/// <summary>What Prometheus answered to all queries of the dashboard.</summary>
/// <param name="Seconds">How long was recorded.</param>
/// <param name="Step">Seconds between two points.</param>
/// <param name="Incidents">What was done meanwhile.</param>
/// <param name="Panels">Series by the panel's title.</param>
/// <param name="Annotations">Series by the annotation's name.</param>
internal sealed record RecordedDashboard(
    double Seconds,
    double Step,
    IReadOnlyList<Incident> Incidents,
    IReadOnlyDictionary<string, IReadOnlyList<Series>> Panels,
    IReadOnlyDictionary<string, IReadOnlyList<Series>> Annotations);
