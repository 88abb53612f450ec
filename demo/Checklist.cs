namespace Demo;

/// <summary>The expectations, each held or not.</summary>
internal sealed class Checklist
{
    private readonly List<(string What, bool Holds)> _checks = [];

    public bool AllHold => _checks.TrueForAll(static check => check.Holds);

    public void Add(string what, bool holds) => _checks.Add((what, holds));

    public void Print()
    {
        Page.Title("Expectations");
        foreach (var (what, holds) in _checks)
        {
            Page.Line($"{(holds ? "✓" : "✗ FAILED:")} {what}");
        }

        Page.Line("");
        Page.Line(AllHold ? $"All {_checks.Count} expectations hold." : $"{_checks.Count(static check => !check.Holds)} of {_checks.Count} expectations failed.");
    }
}
