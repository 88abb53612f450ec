using System.Globalization;
using LocalSqs.Protocol.Json;
using LocalSqs.Queues;

namespace LocalSqs.Protocol.Operations;

/// <summary>The calls about queues themselves.</summary>
internal sealed class QueueOperations
{
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
            case SqsOperation.GetQueueAttributes:
                return new QueueAnswer(Attributes: Attributes(_queues.Demand(request.QueueUrl), request.AttributeNames ?? []));
            default:
                throw new SqsException(SqsError.UnknownOperation);
        }
    }

    private static string NameIn(QueueRequest request) => request.QueueName ?? throw new SqsException(SqsError.MissingParameter("QueueName"));

    private static string UrlOf(string host, string name) => $"http://{host}/{QueueRegistry.Account}/{name}";

    private static Dictionary<string, string>? Attributes(SqsQueue queue, List<string> names)
    {
        var all = Attributes(queue).ToList();
        var wanted = names.Contains("All") ? all : [.. names.Distinct(StringComparer.Ordinal).SelectMany(name => Choose(all, name))];
        return wanted.Count == 0 ? null : wanted.ToDictionary(StringComparer.Ordinal);
    }

    // A known attribute that is not set is left out, as on AWS.
    private static IEnumerable<KeyValuePair<string, string>> Choose(List<KeyValuePair<string, string>> all, string name) =>
        QueueSettings.IsOptional(name) || all.Exists(attribute => attribute.Key == name)
            ? all.Where(attribute => attribute.Key == name)
            : throw new SqsException(SqsError.InvalidAttributeName(name));

    private static IEnumerable<KeyValuePair<string, string>> Attributes(SqsQueue queue)
    {
        var (ready, inFlight) = queue.Inspect(static (store, _) => (store.ReadyCount, store.InFlightCount));
        return
        [
            new("QueueArn", queue.Arn),
            Number("ApproximateNumberOfMessages", ready),
            Number("ApproximateNumberOfMessagesNotVisible", inFlight),
            Number("ApproximateNumberOfMessagesDelayed", 0), // Nothing can be delayed here.
            Number("CreatedTimestamp", queue.Created.ToUnixTimeSeconds()),
            Number("LastModifiedTimestamp", queue.Created.ToUnixTimeSeconds()),
            .. queue.Settings.ToAttributes(),
        ];
    }

    private static KeyValuePair<string, string> Number(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture));
}
