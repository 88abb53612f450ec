using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace TestKit.Sentry;

/// <summary>A real HTTP server in Sentry's place: records what arrives and answers as a test says.</summary>
public sealed class IngestServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<IngestedEnvelope> _received = new();
    private readonly WebApplication _server;
    private volatile Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    private IngestServer(WebApplication server) => _server = server;

    /// <summary>Everything received, in order.</summary>
    public IReadOnlyList<IngestedEnvelope> Received => [.. _received];

    /// <summary>A DSN of this server.</summary>
    public string Dsn => $"http://public@{Authority}/42";

    /// <summary>Host and port.</summary>
    public string Authority => new Uri(_server.Urls.Single()).Authority;

    /// <summary>Starts it on a free port.</summary>
    public static async Task<IngestServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new IngestServer(app);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>How requests are answered from now on; 200 without body at first.</summary>
    public void Answer(Func<HttpContext, Task> answer) => _answer = answer;

    /// <summary>Answers with a status and headers from now on.</summary>
    public void Answer(int status, params (string Name, string Value)[] headers) => Answer(context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers.Append(name, value);
        }

        return Task.CompletedTask;
    });

    /// <summary>Takes requests and answers none until the client gives up.</summary>
    public void Hang() => Answer(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();
        await _server.StopAsync(impatient.Token);
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        using var reader = new StreamReader(body, Encoding.UTF8);
        _received.Enqueue(new IngestedEnvelope(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted)));
        await _answer(context);
    }
}
