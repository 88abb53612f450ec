using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sidecar.Tests.Service;

/// <summary>Stigg's GraphQL API as a real server: it remembers what it was sent and answers what a test says.</summary>
internal sealed class FakeApi(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly Lock _gate = new();
    private int _inFlight;

    /// <summary>For API_URL.</summary>
    public string Url => app.Urls.First();

    /// <summary>Bodies received, in order.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    /// <summary>Most calls that were answered at the same time.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Time between a request and its answer.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Status of answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Body of answers.</summary>
    public string Answer { get; set; } = "{}";

    /// <summary>Makes the answer to a body; null: <see cref="Answer"/>.</summary>
    public Func<string, string>? Respond { get; set; }

    /// <summary>Answers to the first calls, before the usual one.</summary>
    public ConcurrentQueue<(int Status, string Answer)> Script { get; } = new();

    /// <summary>Starts the server.</summary>
    public static async Task<FakeApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new FakeApi(app);
        app.MapPost("/graphql", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            api._bodies.Enqueue(body);
            api.Count(+1);
            await Task.Delay(api.Delay, TimeProvider.System, context.RequestAborted);
            var (status, answer) = api.Script.TryDequeue(out var scripted) ? scripted : (api.Status, api.Respond?.Invoke(body) ?? api.Answer);
            context.Response.StatusCode = status;
            api.Count(-1);
            await context.Response.WriteAsync(answer);
        });
        await app.StartAsync();
        return api;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Count(int change)
    {
        lock (_gate)
        {
            _inFlight += change;
            MostInFlight = Math.Max(MostInFlight, _inFlight);
        }
    }
}
