using PersistentCacheService.Refetching;

namespace PersistentCacheService.Commands;

/// <summary>Shows how far work on many customers is: a bar that moves on a terminal, else a line now and then.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
internal sealed class ProgressDisplay(TextWriter output, bool isTerminal)
{
    private const int BarWidth = 30;
    private const string ClearToEnd = "\e[K";

    private string _shown = "";

    /// <summary>How often to show.</summary>
    public TimeSpan Interval { get; } = isTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);

    /// <summary>Shows how far work is until it ends, however it does.</summary>
    /// <param name="work">The work.</param>
    /// <param name="figures">How far it is; null: not known yet.</param>
    /// <param name="trouble">What holds it up; empty: nothing.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What the work gives.</returns>
    public async Task<T> ShowWhileAsync<T>(Task<T> work, Func<RefetchFigures?> figures, Func<string> trouble, TimeProvider time)
    {
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(Interval, time, CancellationToken.None));
                if (figures() is { } now)
                {
                    await ShowAsync(now, trouble());
                }
            }

            return await work;
        }
        finally
        {
            await LeaveAsync();
        }
    }

    /// <summary>Shows; the same thing twice makes no second line.</summary>
    /// <param name="figures">How far it is.</param>
    /// <param name="trouble">What holds it up; empty: nothing.</param>
    public Task ShowAsync(RefetchFigures figures, string trouble) =>
        ShowAsync(figures.Share, trouble.Length > 0 ? $"{figures} ({trouble})" : figures.ToString());

    /// <summary>Shows; the same thing twice makes no second line.</summary>
    /// <param name="share">How far it is, 0 to 1.</param>
    /// <param name="text">The same in words.</param>
    public async Task ShowAsync(double share, string text)
    {
        if (isTerminal)
        {
            await output.WriteAsync($"\r{Bar(share)} {text}{ClearToEnd}");
            await output.FlushAsync();
        }
        else if (text != _shown)
        {
            await output.WriteLineAsync(text);
        }

        _shown = text;
    }

    /// <summary>Leaves the line of the bar; what follows stands below it.</summary>
    public async Task LeaveAsync()
    {
        if (isTerminal && _shown.Length > 0)
        {
            await output.WriteLineAsync();
        }
    }

    /// <summary>A bar of fixed width.</summary>
    /// <param name="share">0 to 1.</param>
    internal static string Bar(double share)
    {
        var full = (int)(share * BarWidth);
        return $"[{new string('#', full)}{new string('.', BarWidth - full)}]";
    }
}
