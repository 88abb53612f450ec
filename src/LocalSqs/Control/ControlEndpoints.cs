using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LocalSqs.Generation;
using LocalSqs.Protocol;
using LocalSqs.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSqs.Control;

/// <summary>Endpoints outside the SQS protocol, for benchmarks and for people with curl. All take <c>?queue=NAME</c>, by default the only queue or the first.</summary>
internal sealed class ControlEndpoints
{
    /// <summary>Where the endpoints are.</summary>
    public const string Prefix = "/_local";

    private static readonly ControlJson Json = ControlJson.Default;

    private readonly LocalSqsServer _server;
    private readonly RequestCounts _requests;
    private readonly ServerClock _clock;

    public ControlEndpoints(LocalSqsServer server, RequestCounts requests, ServerClock clock)
    {
        _server = server;
        _requests = requests;
        _clock = clock;
    }

    public void Map(WebApplication app)
    {
        Get("health", _ => new JsonObject { ["status"] = "UP", ["queues"] = Node(_server.QueueNames, Json.IReadOnlyListString) });
        Get("stats", query => Statistics(Queue(query)));
        Get("messages", query => Node(Queue(query).Peek(Integer(query, "maximum", 100)), Json.IReadOnlyListQueuedMessage));
        Post("fill", query => new JsonObject { ["filled"] = Queue(query).Fill(ReadGenerator(query)) });
        Post("reset-stats", query =>
        {
            Queue(query).ResetFigures();
            return Statistics(Queue(query));
        });
        Post("purge", query =>
        {
            Queue(query).Purge();
            return new JsonObject();
        });
        Post("latency", query => new JsonObject
        {
            ["ms"] = (_server.Faults.Latency = TimeSpan.FromMilliseconds(Integer(query, "ms", 0))).TotalMilliseconds,
        });
        Map(HttpMethods.Post, "push", PushAsync);
        app.Map($"{Prefix}/{{**route}}", static context => AnswerAsync(context, static http => throw new FormatException(
            $"There is no {http.Request.Method} {http.Request.Path} here.")));

        void Get(string route, Func<IQueryCollection, JsonNode> answer) => Map(HttpMethods.Get, route, http => Task.FromResult(answer(http.Request.Query)));

        void Post(string route, Func<IQueryCollection, JsonNode> answer) => Map(HttpMethods.Post, route, http => Task.FromResult(answer(http.Request.Query)));

        void Map(string method, string route, Func<HttpContext, Task<JsonNode>> answer) =>
            app.MapMethods($"{Prefix}/{route}", [method], context => AnswerAsync(context, answer));
    }

    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task<JsonNode>> handle)
    {
        JsonNode answer;
        try
        {
            answer = await handle(context);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or JsonException or InvalidOperationException or SqsException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            answer = new JsonObject { ["error"] = exception.Message };
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(Json.Options));
    }

    private async Task<JsonNode> PushAsync(HttpContext context)
    {
        // It may bring a whole benchmark's messages.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var texts = await JsonSerializer.DeserializeAsync(context.Request.Body, Json.StringArray) ?? [];
        var queue = Queue(context.Request.Query);
        if (Text(context.Request.Query, "group") is { } group)
        {
            foreach (var text in texts)
            {
                queue.EnqueueInGroup(text, group);
            }
        }
        else
        {
            queue.Enqueue(texts);
        }

        return new JsonObject { ["pushed"] = texts.Length };
    }

    private LocalQueue Queue(IQueryCollection query) =>
        _server.Queue(Text(query, "queue") ?? (_server.QueueNames is [var first, ..] ? first : throw new FormatException("There is no queue.")));

    private JsonObject Statistics(LocalQueue queue)
    {
        var counts = queue.Counts;
        var process = Environment.CpuUsage;
        var statistics = Node(queue.Figures, Json.QueueFigures).AsObject();
        statistics["queue"] = queue.Name;
        statistics["requests"] = Node(_requests.ToDictionary(), Json.DictionaryStringInt64);
        statistics["ready"] = counts.Ready;
        statistics["inflight"] = counts.InFlight;
        statistics["cpu"] = new JsonObject { ["user"] = process.UserTime.TotalMicroseconds, ["system"] = process.PrivilegedTime.TotalMicroseconds };
        statistics["now"] = _clock.Now.Ticks / (double)TimeSpan.TicksPerMillisecond;
        return statistics;
    }

    private static GeneratorOptions ReadGenerator(IQueryCollection query)
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

    private static JsonNode Node<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!;

    private static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static int Integer(IQueryCollection query, string name, int otherwise) =>
        Text(query, name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    private static double Number(IQueryCollection query, string name, double otherwise) =>
        Text(query, name) is { } value ? double.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
