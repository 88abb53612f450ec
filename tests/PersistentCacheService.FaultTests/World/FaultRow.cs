using System.Globalization;
using TestKit;

namespace PersistentCacheService.FaultTests.World;

/// <summary>A row of the table in docs/reliability.md, as a test measured it. Written only after everything the test demands holds: lost and stale are then 0.</summary>
/// <param name="Area">Group of the table.</param>
/// <param name="Test">Name of the test, which <c>make fault</c> takes.</param>
/// <param name="Title">The fault.</param>
/// <param name="Injection">How it is injected.</param>
/// <param name="Readyz">What <c>/readyz</c> said.</param>
/// <param name="Seen">Log events and metrics that show it.</param>
/// <param name="Recovery">Time from the end of the fault until <c>/readyz</c> said 200 and messages were processed again.</param>
/// <param name="Messages">Messages that were sent around it.</param>
internal sealed record FaultRow(string Area, string Test, string Title, string Injection, string Readyz, string Seen, string Recovery, int Messages)
{
    // Where rows are kept that are not those of the page's table of faults: eng/engine-faults.sh.
    private const string Place = "FAULT_ROWS";

    /// <summary>Prints the row and keeps it for <c>eng/reliability.sh</c>.</summary>
    public void Write()
    {
        var line = string.Join('\t', Area, Test, Title, Injection, Readyz, Seen, Recovery, Messages.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine($"{Test}: {Recovery}, /readyz {Readyz}, {Messages} messages, lost 0, stale 0");
        var directory = Directory.CreateDirectory(Environment.GetEnvironmentVariable(Place) is { Length: > 0 } place ? place : RepositoryRoot.File("artifacts", "faults")).FullName;
        File.WriteAllText(Path.Combine(directory, $"{Test}.tsv"), line + "\n");
    }

    /// <summary>A duration as the table shows it.</summary>
    public static string Seconds(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s");
}
