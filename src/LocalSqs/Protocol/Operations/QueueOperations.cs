using System.Globalization;
using System.Text;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSqs.Protocol.Operations;

/// <summary>The calls about queues themselves.</summary>
internal sealed class QueueOperations
{
    private const int MostResults = 1000;

    private readonly QueueRegistry _queues;

    public QueueOperations(QueueRegistry queues) => _queues = queues;

    public void Execute(SqsRequest request)
    {
        var query = QueueRequest.Read(request.Body.WrittenSpan);
        var output = request.Response;
        switch (request.Operation)
        {
            case SqsOperation.CreateQueue:
                var name = query.QueueName ?? throw new SqsException(SqsError.MissingParameter("QueueName"));
                WriteUrl(request, _queues.Create(name, query.Attributes));
                break;
            case SqsOperation.GetQueueUrl:
                WriteUrl(request, _queues.Find(query.QueueName ?? throw new SqsException(SqsError.MissingParameter("QueueName"))) ?? throw Unknown());
                break;
            case SqsOperation.ListQueues:
                WriteList(request, query);
                break;
            case SqsOperation.GetQueueAttributes:
                WriteAttributes(output, FindQueue(query), query.AttributeNames);
                break;
            case SqsOperation.SetQueueAttributes:
                _queues.Change(FindQueue(query), query.Attributes);
                output.Write("{}"u8);
                break;
            case SqsOperation.PurgeQueue:
                FindQueue(query).Purge();
                output.Write("{}"u8);
                break;
            case SqsOperation.DeleteQueue:
                _queues.Delete(FindQueue(query).Name);
                output.Write("{}"u8);
                break;
            default:
                throw new SqsException(SqsError.UnknownOperation);
        }
    }

    private static SqsException Unknown() => new(SqsError.QueueDoesNotExist);

    private SqsQueue FindQueue(QueueRequest query) =>
        query.QueueUrl is null
            ? throw new SqsException(SqsError.MissingParameter("QueueUrl"))
            : _queues.FindByUrl(Encoding.UTF8.GetBytes(query.QueueUrl)) ?? throw Unknown();

    private static void WriteUrl(SqsRequest request, SqsQueue queue)
    {
        request.Response.Write("{\"QueueUrl\":"u8);
        request.Response.WriteString(UrlOf(request, queue.Name));
        request.Response.Write("}"u8);
    }

    // Under the name the client knows the server by: in a container that is not the name it listens on.
    private static string UrlOf(SqsRequest request, string name) =>
        $"http://{request.Features.GetRequiredFeature<IHttpRequestFeature>().Headers.Host}/{QueueRegistry.Account}/{name}";

    // The token is the last name of the page before.
    private void WriteList(SqsRequest request, QueueRequest query)
    {
        var output = request.Response;
        if (query.MaxResults is < 1 or > MostResults)
        {
            throw new SqsException(SqsError.InvalidParameter($"{query.MaxResults}", "MaxResults", "Must be between 1 and 1000, if provided."));
        }

        var matching = _queues.All
            .Select(static queue => queue.Name)
            .Where(name => name.StartsWith(query.QueueNamePrefix ?? string.Empty, StringComparison.Ordinal))
            .Where(name => query.NextToken is null || string.CompareOrdinal(name, query.NextToken) > 0)
            .ToList();
        var page = matching.Take(query.MaxResults ?? MostResults).ToList();
        output.Write("{"u8);
        for (var i = 0; i < page.Count; i++)
        {
            output.Write(i == 0 ? "\"QueueUrls\":["u8 : ","u8);
            output.WriteString(UrlOf(request, page[i]));
        }

        output.Write(page.Count > 0 ? "]"u8 : []);
        if (query.MaxResults is not null && page.Count < matching.Count)
        {
            output.Write(",\"NextToken\":"u8);
            output.WriteString(page[^1]);
        }

        output.Write("}"u8);
    }

    private static void WriteAttributes(PooledBuffer output, SqsQueue queue, List<string> names)
    {
        var all = Attributes(queue).ToList();
        var wanted = names.Contains("All") ? all : [.. names.Distinct(StringComparer.Ordinal).SelectMany(name => Choose(all, name))];
        output.Write("{"u8);
        for (var i = 0; i < wanted.Count; i++)
        {
            output.Write(i == 0 ? "\"Attributes\":{"u8 : ","u8);
            output.WriteString(wanted[i].Key);
            output.Write(":"u8);
            output.WriteString(wanted[i].Value);
        }

        output.Write(wanted.Count > 0 ? "}}"u8 : "}"u8);
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
