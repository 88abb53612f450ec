using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TestKit;

/// <summary>A real HTTP server on loopback that answers each request as the script says; the last answer repeats.</summary>
public sealed class ScriptedSqs : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RequestDelegate[] _answers;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = [];
    private int _answered;

    private ScriptedSqs(RequestDelegate[] answers)
    {
        _answers = answers;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string ServiceUrl => _app.Urls.First();

    public string QueueUrl => $"{ServiceUrl}/123456789012/q";

    /// <summary>The requests so far, in order of their arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    public static async Task<ScriptedSqs> StartAsync(params RequestDelegate[] answers)
    {
        var server = new ScriptedSqs(answers);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An answer of SQS.</summary>
    public static RequestDelegate Json(string body, int status = 200, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.0";
        context.Response.Headers["x-amzn-RequestId"] = "req-1";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        await context.Response.WriteAsync(body);
    };

    /// <summary>An error of SQS.</summary>
    public static RequestDelegate Error(string type, int status = 400, string message = "Because.", params (string Name, string Value)[] headers) =>
        Json($$"""{"__type":"com.amazonaws.sqs#{{type}}","message":"{{message}}"}""", status, headers);

    /// <summary>The connection closes without an answer.</summary>
    public static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>No answer as long as the client waits.</summary>
    public static async Task Hang(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, which is what the test waited for.
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _requests.Enqueue(new ReceivedRequest(context.Request.Method, context.Request.Path, headers, Encoding.UTF8.GetString(body.ToArray()), context.Connection.Id));
        var index = Interlocked.Increment(ref _answered) - 1;
        await _answers[Math.Min(index, _answers.Length - 1)](context);
    }

    /// <summary>A request as it arrived.</summary>
    public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, string Connection);
}
