namespace TestKit.Faults;

/// <summary>A plan and the signal that another one replaced it.</summary>
internal sealed class PlanInForce(FaultPlan plan)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FaultPlan Plan { get; } = plan;

    public Task Replaced => _replaced.Task;

    public void Replace() => _replaced.SetResult();
}
