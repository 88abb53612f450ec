using System.Globalization;

namespace OperationsDrill;

/// <summary>Plays one accident and writes down what an operator sees: every change of <c>/readyz</c> and of the alerts, and the log.</summary>
internal sealed class Recording(Accident accident, Scene scene, PrometheusServer prometheus)
{
    // Some scrapes and a summary line before the accident; the summary line after the recovery.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan LogAfter = TimeSpan.FromSeconds(75);

    // Alerts end when the five minutes their rules look at are over.
    private static readonly TimeSpan LongestAfter = TimeSpan.FromMinutes(9);

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly List<(DateTimeOffset Time, string What)> _seen = [];
    private readonly Dictionary<string, ObservedAlert> _firing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fired = [];
    private string _readyz = "";
    private bool _isAlertPending;

    public Accident Accident => accident;

    public Scene Scene => scene;

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<(DateTimeOffset Time, string What)> Seen => _seen;

    /// <summary>The log is shown up to here.</summary>
    public DateTimeOffset LogUntil { get; private set; }

    /// <summary>Whether the alert fired and was over in the end, no other one but that of the aftermath fires, and the worker is ready.</summary>
    public bool EndedWell => _fired.Contains(accident.Alert) && IsQuiet && _readyz.StartsWith("{\"status\":\"UP\"", StringComparison.Ordinal);

    /// <summary>Plays it; takes as long as the accident and its alerts last.</summary>
    public async Task PlayAsync()
    {
        using var load = new CancellationTokenSource();
        var sending = scene.SendAsync(load.Token);
        if (accident.CauseText is { } cause)
        {
            await WatchAsync(Before, static () => false);
            Add($"**{cause}**");
        }

        await accident.Cause(scene);
        await WatchAsync(accident.Lasts, static () => false);
        Add($"**{accident.RecoveryText}**");
        await accident.Recover(scene);
        LogUntil = Now + LogAfter;
        await WatchAsync(LongestAfter, () => Now > LogUntil && IsQuiet && !_isAlertPending);
        await load.CancelAsync();
        await sending;
    }

    private bool IsQuiet => _firing.Values.All(alert => alert.Name == accident.Aftermath);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task WatchAsync(TimeSpan time, Func<bool> isOver)
    {
        var end = Now + time;
        while (Now < end && !isOver())
        {
            var readyz = (await scene.Worker.GetAsync("/readyz"))?.Body ?? "";
            if (readyz != _readyz)
            {
                _readyz = readyz;
                Add(readyz.Length == 0 ? "`/readyz` does not answer" : $"`/readyz`: `{readyz}`");
            }

            Compare(await prometheus.AlertsAsync(accident.Name));
            await Task.Delay(Pace, TimeProvider.System);
        }
    }

    private void Compare(IReadOnlyList<ObservedAlert> alerts)
    {
        _isAlertPending = alerts.Any(static alert => !alert.IsFiring);
        var firing = alerts.Where(static alert => alert.IsFiring).ToDictionary(static alert => alert.Title, StringComparer.Ordinal);
        foreach (var (title, alert) in firing)
        {
            if (_firing.TryAdd(title, alert))
            {
                _fired.Add(alert.Name);
                Add(string.Create(CultureInfo.InvariantCulture, $"{title} fires, {alert.Severity}: \"{alert.Summary}\""));
            }
        }

        foreach (var title in _firing.Keys.Except(firing.Keys).ToArray())
        {
            _firing.Remove(title);
            Add($"{title} is over");
        }
    }

    private void Add(string what) => _seen.Add((Now, what));
}
