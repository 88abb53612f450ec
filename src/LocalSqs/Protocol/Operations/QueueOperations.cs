using System.Globalization;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>The calls about queues themselves.</summary>
internal sealed class QueueOperations
{
    private const int MostResults = 1000;

    private readonly QueueRegistry _queues;

    public QueueOperations(QueueRegistry queues) => _queues = queues;

    /// <param name="operation">The operation.</param>
    /// <param name="request">The request.</param>
    /// <param name="host">Name the client knows the server by, with the port: in a container that is not the name it listens on.</param>
    public QueueAnswer Execute(SqsOperation operation, QueueRequest request, string host)
    {
        switch (operation)
        {
            case SqsOperation.CreateQueue:
                return new QueueAnswer(UrlOf(host, _queues.Create(NameIn(request), request.Attributes ?? []).Name));
            case SqsOperation.GetQueueUrl:
                var queue = _queues.Find(NameIn(request)) ?? throw new SqsException(SqsError.QueueDoesNotExist);
                return new QueueAnswer(UrlOf(host, queue.Name));
            case SqsOperation.ListQueues:
                return List(request, host);
            case SqsOperation.GetQueueAttributes:
                return new QueueAnswer(Attributes: Attributes(_queues.Demand(request.QueueUrl), request.AttributeNames ?? []));
            case SqsOperation.SetQueueAttributes:
                _queues.Change(_queues.Demand(request.QueueUrl), request.Attributes ?? []);
                break;
            case SqsOperation.PurgeQueue:
                _queues.Demand(request.QueueUrl).Purge();
                break;
            case SqsOperation.DeleteQueue:
                _queues.Delete(_queues.Demand(request.QueueUrl).Name);
                break;
            default:
                throw new SqsException(SqsError.UnknownOperation);
        }

        return new QueueAnswer();
    }

    private static string NameIn(QueueRequest request) => request.QueueName ?? throw new SqsException(SqsError.MissingParameter("QueueName"));

    private static string UrlOf(string host, string name) => $"http://{host}/{QueueRegistry.Account}/{name}";

    // The token is the last name of the page before.
    private QueueAnswer List(QueueRequest request, string host)
    {
        if (request.MaxResults is < 1 or > MostResults)
        {
            throw new SqsException(SqsError.InvalidParameter($"{request.MaxResults}", "MaxResults", "Must be between 1 and 1000, if provided."));
        }

        var matching = _queues.All
            .Select(static queue => queue.Name)
            .Where(name => name.StartsWith(request.QueueNamePrefix ?? string.Empty, StringComparison.Ordinal))
            .Where(name => request.NextToken is null || string.CompareOrdinal(name, request.NextToken) > 0)
            .ToList();
        var page = matching.Take(request.MaxResults ?? MostResults).ToList();
        return new QueueAnswer(
            QueueUrls: page.Count == 0 ? null : page.ConvertAll(name => UrlOf(host, name)),
            NextToken: request.MaxResults is not null && page.Count < matching.Count ? page[^1] : null);
    }

    private static Dictionary<string, string>? Attributes(SqsQueue queue, List<string> names)
    {
        var all = Attributes(queue).ToList();
        var wanted = names.Contains("All") ? all : [.. names.Distinct(StringComparer.Ordinal).SelectMany(name => Choose(all, name))];
        return wanted.Count == 0 ? null : wanted.ToDictionary(StringComparer.Ordinal);
    }

    // A known attribute that is not set is left out, as on AWS.
    private static IEnumerable<KeyValuePair<string, string>> Choose(List<KeyValuePair<string, string>> all, string name) =>
        QueueSettings.IsKnown(name) || all.Exists(attribute => attribute.Key == name)
            ? all.Where(attribute => attribute.Key == name)
            : throw new SqsException(SqsError.InvalidAttributeName(name));

    private static IEnumerable<KeyValuePair<string, string>> Attributes(SqsQueue queue)
    {
        var (ready, inFlight, delayed) = queue.Inspect(static (store, _) => (store.ReadyCount, store.InFlightCount, store.DelayedCount));
        return
        [
            new("QueueArn", queue.Arn),
            Number("ApproximateNumberOfMessages", ready),
            Number("ApproximateNumberOfMessagesNotVisible", inFlight),
            Number("ApproximateNumberOfMessagesDelayed", delayed),
            Number("CreatedTimestamp", queue.Created.ToUnixTimeSeconds()),
            Number("LastModifiedTimestamp", queue.LastModified.ToUnixTimeSeconds()),
            .. queue.Settings.ToAttributes(),
        ];
    }

    private static KeyValuePair<string, string> Number(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
