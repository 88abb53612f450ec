using System.Net;
using System.Text.Json.Nodes;
using PersistentCacheService.IntegrationTests;

namespace PersistentCacheService.FaultTests.World;

/// <summary>Asks <c>/readyz</c> all the time, as Kubernetes would if it were impatient, and keeps what it said.</summary>
internal sealed class ReadyzObserver : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly WorkerProcess _worker;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<string> _answers = [];
    private readonly Task _watching;
    private volatile bool _isUp;
    private volatile bool _wasDown;

    public ReadyzObserver(WorkerProcess worker)
    {
        _worker = worker;
        _watching = WatchAsync();
    }

    /// <summary>Whether the last answer was 200.</summary>
    public bool IsUp => _isUp;

    /// <summary>Whether an answer was 503.</summary>
    public bool WasDown => _wasDown;

    /// <summary>The different answers, in the order they first came: <c>200</c>, or <c>503</c> with the reason.</summary>
    public string Summary
    {
        get
        {
            lock (_lock)
            {
                return string.Join(", ", _answers);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var answer = await AskAsync();
            _isUp = answer == "200";
            _wasDown |= answer.StartsWith("503", StringComparison.Ordinal);
            lock (_lock)
            {
                if (!_answers.Contains(answer))
                {
                    _answers.Add(answer);
                }
            }

            await Task.Delay(Interval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> AskAsync()
    {
        try
        {
            return await _worker.GetAsync("/readyz").WaitAsync(Patience, TimeProvider.System, CancellationToken.None) switch
            {
                null => "no answer",
                (HttpStatusCode.OK, _) => "200",
                (var status, var body) => $"{(int)status} {JsonNode.Parse(body)!["reason"]}",
            };
        }
        catch (TimeoutException)
        {
            return "no answer";
        }
    }
}
