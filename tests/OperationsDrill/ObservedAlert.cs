using System.Text.Json;

namespace OperationsDrill;

/// <summary>An alert as Prometheus shows it.</summary>
/// <param name="Name">Name of its rule.</param>
/// <param name="Job">Whose worker it is about.</param>
/// <param name="Detail">The label that tells it from others of its rule; empty when it has none.</param>
/// <param name="IsFiring">Whether its rule has waited long enough.</param>
/// <param name="Severity">Its severity.</param>
/// <param name="Summary">Its summary.</param>
internal sealed record ObservedAlert(string Name, string Job, string Detail, bool IsFiring, string Severity, string Summary)
{
    /// <summary>Name and detail.</summary>
    public string Title => $"[{Name}](runbooks/{Name}.md)" + (Detail.Length > 0 ? $" ({Detail})" : "");

    /// <summary>Reads one element of <c>/api/v1/alerts</c>.</summary>
    public static ObservedAlert From(JsonElement alert)
    {
        var labels = alert.GetProperty("labels");
        string Label(string name) => labels.TryGetProperty(name, out var value) ? value.GetString()! : "";
        return new ObservedAlert(
            Label("alertname"), Label("job"), Label("result") + Label("kind") + Label("problem"), alert.GetProperty("state").GetString() == "firing",
            Label("severity"), alert.GetProperty("annotations").GetProperty("summary").GetString()!);
    }
}
