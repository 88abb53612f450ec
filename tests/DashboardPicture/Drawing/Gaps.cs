namespace DashboardPicture.Drawing;

/// <summary>Takes what is in the order of time apart where something is missing.</summary>
internal static class Gaps
{
    /// <summary>The runs of items that follow each other.</summary>
    /// <param name="items">In the order of time.</param>
    /// <param name="secondOf">When an item was.</param>
    /// <param name="step">Seconds from one to the next.</param>
    /// <param name="belongs">Whether an item may follow another one; null when every one may.</param>
    public static IEnumerable<IReadOnlyList<T>> Split<T>(IEnumerable<T> items, Func<T, double> secondOf, double step, Func<T, T, bool>? belongs = null)
    {
        var run = new List<T>();
        foreach (var item in items)
        {
            // Half a step more, as seconds are rounded.
            if (run.Count > 0 && (secondOf(item) - secondOf(run[^1]) > step * 1.5 || belongs?.Invoke(run[^1], item) == false))
            {
                yield return run;
                run = [];
            }

            run.Add(item);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
