namespace Demo;

/// <summary>A message of the demonstration.</summary>
/// <param name="What">What it is, for the reader.</param>
/// <param name="Body">Its body.</param>
/// <param name="Outcome">The outcome the worker must log for it.</param>
/// <param name="WhyItStays">Why it must stay in the queue; null: it must be deleted.</param>
internal sealed record DemoMessage(string What, string Body, string Outcome, string? WhyItStays = null)
{
    public bool StaysInQueue => WhyItStays is not null;
}
