using System.Collections.Concurrent;
using LocalSqs.Protocol;

namespace LocalSqs.Queues;

/// <summary>The queues of one server by name.</summary>
internal sealed class QueueRegistry
{
    /// <summary>The account that owns every queue here.</summary>
    public const string Account = "000000000000";

    private const string FifoSuffix = ".fifo";
    private const int LongestName = 80;

    private readonly ConcurrentDictionary<string, SqsQueue> _queues = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly QueueEnvironment _environment;
    private uint _lastInstance;

    public QueueRegistry(QueueEnvironment environment)
    {
        _environment = environment;
        environment.FindByArn = FindByArn;
    }

    /// <summary>All queues, by name.</summary>
    public IReadOnlyList<SqsQueue> All => [.. _queues.Values.OrderBy(static queue => queue.Name, StringComparer.Ordinal)];

    public SqsQueue? Find(string name) => _queues.GetValueOrDefault(name);

    /// <summary>The queue of a URL, found by the URL's last segment: host and account do not matter on a developer's machine.</summary>
    /// <exception cref="SqsException">The URL is missing, or there is no such queue.</exception>
    public SqsQueue Demand(string? url) =>
        url is null ? throw new SqsException(SqsError.MissingParameter("QueueUrl"))
        : Find(url[(url.LastIndexOf('/') + 1)..]) ?? throw new SqsException(SqsError.QueueDoesNotExist);

    /// <summary>Creates a queue; the same name with the same attributes answers the existing one.</summary>
    /// <exception cref="SqsException">Name or attributes are not valid, or the queue exists with others.</exception>
    public SqsQueue Create(string name, IReadOnlyCollection<KeyValuePair<string, string>> attributes)
    {
        var wanted = new QueueSettings().With(attributes);
        CheckName(name, wanted.FifoQueue);
        lock (_changes)
        {
            if (Find(name) is { } existing)
            {
                var present = existing.Settings.ToAttributes().ToDictionary(StringComparer.Ordinal);
                var different = wanted.ToAttributes()
                    .Where(attribute => attributes.Any(given => given.Key == attribute.Key))
                    .FirstOrDefault(attribute => present.GetValueOrDefault(attribute.Key) != attribute.Value);
                return different.Key is null ? existing : throw new SqsException(SqsError.QueueNameExists(different.Key));
            }

            CheckRedrive(wanted);
            var queue = new SqsQueue(name, ++_lastInstance, wanted, _environment);
            _queues[name] = queue;
            return queue;
        }
    }

    /// <summary>Deletes a queue and its messages; the name can be used again at once (AWS wants 60 s).</summary>
    public bool Delete(string name)
    {
        if (!_queues.TryRemove(name, out var queue))
        {
            return false;
        }

        queue.Dispose();
        return true;
    }

    private SqsQueue? FindByArn(string arn)
    {
        var name = arn[(arn.LastIndexOf(':') + 1)..];
        return Find(name) is { } queue && queue.Arn == arn ? queue : null;
    }

    private static void CheckName(string name, bool fifo)
    {
        var hasSuffix = name.EndsWith(FifoSuffix, StringComparison.Ordinal);
        if (fifo && !hasSuffix)
        {
            throw new SqsException(SqsError.InvalidParameter("The name of a FIFO queue can only end with the .fifo suffix."));
        }

        var plain = fifo ? name.AsSpan(0, name.Length - FifoSuffix.Length) : name;
        if (name.Length > LongestName || plain.IsEmpty || plain.ContainsAnyExcept(NameCharacters))
        {
            throw new SqsException(SqsError.InvalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
        }
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private void CheckRedrive(QueueSettings settings)
    {
        if (settings.RedrivePolicy is not { } policy)
        {
            return;
        }

        var target = FindByArn(policy.DeadLetterTargetArn)
            ?? throw new SqsException(SqsError.InvalidParameter(policy.ToJson(), "RedrivePolicy", "Dead letter target does not exist."));
        if (target.Settings.FifoQueue != settings.FifoQueue)
        {
            throw new SqsException(SqsError.InvalidParameter(
                policy.ToJson(), "RedrivePolicy", "Dead-letter queue must be same type of queue as the source."));
        }
    }
}
