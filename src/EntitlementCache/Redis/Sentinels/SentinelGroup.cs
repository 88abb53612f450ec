using EntitlementCache.Settings;

namespace EntitlementCache.Redis.Sentinels;

/// <summary>
/// The sentinels of a primary, and connections to them, which are closed with it. All are asked at once: one that is away or out of date holds nothing up while most of the others agree.
/// </summary>
internal sealed class SentinelGroup : IAsyncDisposable
{
    private readonly Sentinel[] _sentinels;

    /// <summary>No sentinel is asked yet.</summary>
    /// <param name="sentinel">Who they are, and whom to ask for.</param>
    /// <param name="settings">TLS and deadlines, as for Redis.</param>
    /// <param name="time">Clock.</param>
    public SentinelGroup(SentinelSettings sentinel, RedisSettings settings, TimeProvider time) =>
        _sentinels = [.. sentinel.Sentinels.Select(address => new Sentinel(address, sentinel, settings, time))];

    /// <summary>Asks until more than half name the same primary; else what most of those that answer name. Once: who has not answered by then is not waited for.</summary>
    /// <exception cref="RedisFailureException">No sentinel names one; the message has each one's reason.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<NamedPrimary> FindPrimaryAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SentinelAnswer>[] asked = [.. _sentinels.Select(one => one.AskAsync(enough.Token))];
        var answers = new List<SentinelAnswer>(asked.Length);
        try
        {
            await foreach (var answer in Task.WhenEach(asked).WithCancellation(CancellationToken.None))
            {
                answers.Add(await answer);
                if (MostNamed(answers) is { HasMajority: true } agreed)
                {
                    return agreed;
                }
            }
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(asked);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return MostNamed(answers) ?? throw new RedisFailureException(
            RedisFailureKind.NoPrimaryKnown,
            $"No sentinel names a primary: {string.Join("; ", answers.Select(static answer => $"{answer.Sentinel} {answer.Problem!.Message.TrimEnd('.')}"))}.");
    }

    /// <summary>Asks one of them, each in its turn.</summary>
    public Task<SentinelAnswer> AskOneAsync(int turn, CancellationToken cancellationToken) => _sentinels[turn % _sentinels.Length].AskAsync(cancellationToken);

    /// <summary>Asks all, and waits for each one's answer or the end of its deadline.</summary>
    public async Task<IReadOnlyList<SentinelAnswer>> AskAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_sentinels.Select(one => one.AskAsync(cancellationToken)));

    /// <summary>The primary that most of some answers name; null: none names one.</summary>
    public NamedPrimary? MostNamed(IEnumerable<SentinelAnswer> answers) => answers
        .Where(static answer => answer.Primary is not null)
        .GroupBy(static answer => answer.Primary!.Value)
        .Select(named => (NamedPrimary?)new NamedPrimary(named.Key, named.Count(), _sentinels.Length))
        .MaxBy(static named => named!.Value.Votes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var sentinel in _sentinels)
        {
            await sentinel.DisposeAsync();
        }
    }
}
