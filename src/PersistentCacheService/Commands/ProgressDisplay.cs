using PersistentCacheService.Refetching;
using Spectre.Console;

namespace PersistentCacheService.Commands;

/// <summary>Shows how far work is: a bar that moves on a terminal, else a line now and then.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="isJson">Whether the output holds JSON alone: the lines then go to standard error.</param>
internal sealed class ProgressDisplay(CommandContext context, bool isJson)
{
    private readonly bool _isBar = context.IsTerminal && !isJson;
    private readonly TextWriter _output = context.Notes(isJson);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _drawing = Task.CompletedTask;
    private ProgressTask? _bar;
    private string _shown = "";

    /// <summary>How often to show.</summary>
    public TimeSpan Interval => _isBar ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);

    /// <summary>Shows how far work is until it ends, however it does.</summary>
    /// <param name="work">The work.</param>
    /// <param name="figures">How far it is; null: not known yet.</param>
    /// <param name="trouble">What holds it up; empty: nothing.</param>
    /// <returns>What the work gives.</returns>
    public async Task<T> ShowWhileAsync<T>(Task<T> work, Func<RefetchFigures?> figures, Func<string> trouble)
    {
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(Interval, context.Time, CancellationToken.None));
                if ((_isBar || !work.IsCompleted) && figures() is { } now)
                {
                    var why = trouble();
                    await ShowAsync(now.Share, why.Length > 0 ? $"{now} ({why})" : now.ToString());
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
    /// <param name="share">How far it is, 0 to 1.</param>
    /// <param name="text">The same in words.</param>
    public async Task ShowAsync(double share, string text)
    {
        if (_isBar)
        {
            _bar ??= await DrawAsync(text);
            _bar.Description = Markup.Escape(text);
            _bar.Value = share;
        }
        else if (text != _shown)
        {
            await _output.WriteLineAsync(text);
        }

        _shown = text;
    }

    /// <summary>Leaves the line of the bar; what follows stands below it.</summary>
    public Task LeaveAsync()
    {
        _end.TrySetResult();
        return _drawing;
    }

    /// <summary>Begins a bar that is redrawn until <see cref="LeaveAsync"/>.</summary>
    private async Task<ProgressTask> DrawAsync(string text)
    {
        var begun = new TaskCompletionSource<ProgressTask>(TaskCreationOptions.RunContinuationsAsynchronously);
        _drawing = context.Console()
            .Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async progress =>
            {
                begun.SetResult(progress.AddTask(Markup.Escape(text), maxValue: 1));
                await _end.Task;
            });

        // What ends before it begins has failed.
        await Task.WhenAny(begun.Task, _drawing);
        return begun.Task.IsCompleted ? await begun.Task : throw new InvalidOperationException("The terminal shows no bar.", _drawing.Exception);
    }
}
