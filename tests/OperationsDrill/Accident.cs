namespace OperationsDrill;

/// <summary>One accident of the drill.</summary>
/// <param name="Name">Short name: Prometheus' job, prefix of the keys, what <c>eng/drill.sh</c> takes.</param>
/// <param name="Title">Heading.</param>
/// <param name="Story">What happens, in a sentence or two.</param>
/// <param name="Alert">The alert that must fire, and be over in the end; its runbook is quoted.</param>
/// <param name="CauseText">What is done when the accident begins, for the table; null when it is there from the start.</param>
/// <param name="Cause">Does it.</param>
/// <param name="Lasts">From the cause to the recovery.</param>
/// <param name="RecoveryText">What is done then.</param>
/// <param name="Recover">Does it.</param>
internal sealed record Accident(
    string Name, string Title, string Story, string Alert, string? CauseText, Func<Scene, Task> Cause, TimeSpan Lasts, string RecoveryText, Func<Scene, Task> Recover)
{
    /// <summary>The queue the worker is told to consume.</summary>
    public string QueueName { get; init; } = Scene.QueueName;

    /// <summary>An alert that may fire beside it, and tells of something that is over for a while longer; null: none.</summary>
    public string? Aftermath { get; init; }

    /// <summary>Whether some messages carry only an id.</summary>
    public bool SendsWebhooks { get; init; }
}
