namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Shows how far a <c>dlq</c> command is, if it takes long enough.</summary>
/// <param name="context">Where to.</param>
/// <param name="isJson">Whether the output holds JSON alone.</param>
internal sealed class DeadLetterProgress(CommandContext context, bool isJson)
{
    private readonly ProgressDisplay _display = new(context, isJson);
    private long? _last;

    /// <summary>Shows, if the last time is long enough ago; a short pass shows nothing.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="done">How many messages it has been done to.</param>
    /// <param name="total">How many there are, about; 0: not known.</param>
    public async ValueTask ShowAsync(string what, long done, long total)
    {
        var now = context.Time.GetTimestamp();
        _last ??= now;
        if (context.Time.GetElapsedTime(_last.Value, now) >= _display.Interval)
        {
            _last = now;
            await _display.ShowAsync(total > 0 ? Math.Min(1, (double)done / total) : 0, DeadLetterText.Of($"{what} {done:#,0} of about {Math.Max(done, total):#,0} messages"));
        }
    }

    /// <summary>Leaves the line of the bar.</summary>
    public Task LeaveAsync() => _display.LeaveAsync();
}
