using System.Globalization;
using System.Text.Json;
using LocalSqs.Faults;
using LocalSqs.Generation;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace LocalSqs.Control;

/// <summary>Endpoints outside the SQS protocol, for benchmarks and for people with curl. All take <c>?queue=NAME</c>, by default the only queue or the first.</summary>
/// <remarks>
/// <c>POST fill?count=&amp;customers=&amp;seed=&amp;prime=&amp;startAt=&amp;usageShare=&amp;features=</c> generated messages · <c>POST push?group=</c> a JSON array of texts ·
/// <c>GET stats</c> · <c>POST reset-stats</c> · <c>GET bodies</c> · <c>GET messages?maximum=</c> · <c>POST purge</c> ·
/// <c>POST faults?kind=&amp;operation=&amp;probability=&amp;times=</c> · <c>DELETE faults</c> · <c>POST latency?ms=</c> · <c>POST clock?offset=SECONDS</c> · <c>GET health</c>.
/// </remarks>
internal sealed class ControlEndpoints
{
    /// <summary>Where the endpoints are.</summary>
    public const string Prefix = "/_local";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly LocalSqsServer _server;
    private readonly QueueRegistry _registry;
    private readonly RequestCounts _requests;
    private readonly ServerClock _clock;

    public ControlEndpoints(LocalSqsServer server, QueueRegistry registry, RequestCounts requests, ServerClock clock)
    {
        _server = server;
        _registry = registry;
        _requests = requests;
        _clock = clock;
    }

    public async Task HandleAsync(SqsRequest request, IHttpRequestFeature http)
    {
        // Filling takes seconds, and the thread here may be the one that serves the sockets.
        await Task.Yield();
        var response = request.Features.GetRequiredFeature<IHttpResponseFeature>();
        object answer;
        try
        {
            answer = Handle($"{http.Method} {http.Path[Prefix.Length..].Trim('/')}", QueryHelpers.ParseQuery(http.QueryString), request.Body.WrittenSpan);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or JsonException or InvalidOperationException or SqsException)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            answer = new { error = exception.Message };
        }

        response.Headers.ContentType = "application/json";
        await request.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, Json));
    }

    private object Handle(string route, Dictionary<string, StringValues> query, ReadOnlySpan<byte> body)
    {
        switch (route)
        {
            case "GET health":
                return new { status = "UP", queues = _server.QueueNames };
            case "POST fill":
                return new { filled = Queue(query).Fill(ReadGenerator(query)) };
            case "POST push":
                var texts = JsonSerializer.Deserialize<string[]>(body, Json) ?? [];
                Push(Queue(query), texts, Text(query, "group"));
                return new { pushed = texts.Length };
            case "GET stats":
                return Statistics(Queue(query));
            case "POST reset-stats":
                Queue(query).ResetFigures();
                return Statistics(Queue(query));
            case "GET bodies":
                return Queue(query).Peek().Select(static message => message.Body);
            case "GET messages":
                return Queue(query).Peek(Integer(query, "maximum", 100));
            case "POST purge":
                Queue(query).Purge();
                return new { };
            case "POST faults":
                var fault = ReadFault(query);
                _server.Faults.Inject(fault);
                return fault;
            case "DELETE faults":
                _server.Faults.Clear();
                return new { };
            case "POST latency":
                _server.Faults.Latency = TimeSpan.FromMilliseconds(Integer(query, "ms", 0));
                return new { ms = _server.Faults.Latency.TotalMilliseconds };
            case "POST clock":
                _server.Faults.ClockOffset = TimeSpan.FromSeconds(Integer(query, "offset", 0));
                return new { now = _clock.UtcNow };
            default:
                throw new FormatException($"There is no {route} here.");
        }
    }

    private static void Push(LocalQueue queue, string[] texts, string? group)
    {
        if (group is null)
        {
            queue.Enqueue(texts);
            return;
        }

        foreach (var text in texts)
        {
            queue.EnqueueInGroup(text, group);
        }
    }

    private LocalQueue Queue(Dictionary<string, StringValues> query) =>
        _server.Queue(Text(query, "queue") ?? (_registry.All is [var first, ..] ? first.Name : throw new FormatException("There is no queue.")));

    private object Statistics(LocalQueue queue)
    {
        var figures = queue.Figures;
        var counts = queue.Counts;
        var process = Environment.CpuUsage;
        return new
        {
            queue = queue.Name,
            figures.Sent,
            figures.Filled,
            figures.Duplicated,
            figures.Received,
            figures.Redelivered,
            figures.Deleted,
            figures.StaleDeletes,
            figures.DeadLetters,
            figures.Receives,
            figures.EmptyReceives,
            figures.FirstReceive,
            figures.LastDelete,
            figures.HeldP50,
            figures.HeldP99,
            requests = _requests.ToDictionary(),
            counts.Ready,
            inflight = counts.InFlight,
            counts.Delayed,
            cpu = new { user = process.UserTime.TotalMicroseconds, system = process.PrivilegedTime.TotalMicroseconds },
            now = _clock.Now.Ticks / (double)TimeSpan.TicksPerMillisecond,
        };
    }

    private static GeneratorOptions ReadGenerator(Dictionary<string, StringValues> query)
    {
        var defaults = new GeneratorOptions();
        return new GeneratorOptions
        {
            Count = Integer(query, "count", defaults.Count),
            Customers = Integer(query, "customers", defaults.Customers),
            Seed = (uint)Integer(query, "seed", (int)defaults.Seed),
            Prime = Text(query, "prime") is "1" or "true",
            UsageShare = Number(query, "usageShare", defaults.UsageShare),
            Features = Math.Max(1, Integer(query, "features", defaults.Features)),
            StartAt = Text(query, "startAt") is { } start ? long.Parse(start, CultureInfo.InvariantCulture) : defaults.StartAt,
        };
    }

    private static SqsFault ReadFault(Dictionary<string, StringValues> query) =>
        new(Enum.Parse<SqsFaultKind>(Text(query, "kind") ?? throw new FormatException("A fault needs a kind."), ignoreCase: true))
        {
            Operation = Text(query, "operation") is { } operation ? Enum.Parse<SqsOperation>(operation, ignoreCase: true) : null,
            Probability = Number(query, "probability", 1),
            Times = Text(query, "times") is null ? null : Integer(query, "times", 0),
        };

    private static string? Text(Dictionary<string, StringValues> query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static int Integer(Dictionary<string, StringValues> query, string name, int otherwise) =>
        Text(query, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    private static double Number(Dictionary<string, StringValues> query, string name, double otherwise) =>
        Text(query, name) is { } value ? double.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
