using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TestKit;
using TestKit.Processes;

namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>A published reader of the cache in a Node.js process, with an Edge API of its own that answers what a test stored and counts the calls.</summary>
public sealed class ReaderProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1);
    private ChildProcess _process = null!;
    private int _lastId;

    private ReaderProcess(ReaderKind kind) => Kind = kind;

    /// <summary>Which reader it is.</summary>
    public ReaderKind Kind { get; }

    /// <summary>Starts one; the first use on a machine installs the packages. Skips the test (fails in CI) when there is no npm.</summary>
    public static async Task<ReaderProcess> StartAsync(ReaderKind kind, int redisPort)
    {
        var directory = await NpmPackage.InstalledAsync("sdk-compatibility");
        var reader = new ReaderProcess(kind);
        var name = kind switch { ReaderKind.Sdk395 => "sdk-3.95.0", ReaderKind.Sdk443 => "sdk-4.43.0", ReaderKind.Sdk455 => "sdk-4.55.0", _ => "store" };
        reader._process = await ChildProcess.StartAsync(
            new ChildProcessSpec("node", "reader.mjs", name, redisPort.ToString(CultureInfo.InvariantCulture)) { WorkingDirectory = directory, OnLine = reader.Receive });
        await reader._process.WaitForLineAsync(static line => line.StartsWith("""{"ready":""", StringComparison.Ordinal), "that it is ready");
        return reader;
    }

    /// <summary>Reads all a customer, or a resource of one, is entitled to; a miss makes the reader refetch. The count of Edge calls holds for calls one after the other.</summary>
    public async Task<ReaderAnswer> ReadAsync(string prefix, string customerId, string? resourceId = null) =>
        (await CallAsync("entitlements", prefix, customerId, resourceId)).Deserialize<ReaderAnswer>(JsonSerializerOptions.Web)!;

    /// <summary>Stores what the Edge API answers about a customer, or a resource of one.</summary>
    public Task StoreAsync(string prefix, string customerId, string? resourceId, JsonArray entitlements)
    {
        ArgumentNullException.ThrowIfNull(entitlements);
        return CallAsync("store", prefix, customerId, resourceId, ("entitlements", entitlements.DeepClone()));
    }

    /// <summary>Asks a method of an SDK about the customer; its answer as it is, and the calls to the Edge API it took.</summary>
    public async Task<(JsonNode Answer, int EdgeCalls)> AskAsync(string prefix, string customerId, string method, params JsonNode?[] arguments)
    {
        var result = (await CallAsync("ask", prefix, customerId, null, ("method", method), ("args", new JsonArray(arguments))))!;
        return (result["answer"]!, (int)result["edgeCalls"]!);
    }

    /// <summary>Takes the customer's lock as a refetching SDK does and keeps it; gives its key.</summary>
    public async Task<string> HoldLockAsync(string prefix, string customerId) => (string)(await CallAsync("hold", prefix, customerId, null))!;

    /// <summary>Gives a lock back.</summary>
    public Task ReleaseLockAsync(string prefix, string key) => CallAsync("release", prefix, "", null, ("key", key));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _writing.Dispose();
    }

    private async Task<JsonNode?> CallAsync(string operation, string prefix, string customerId, string? resourceId, params (string Name, JsonNode? Value)[] more)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _pending[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new JsonObject { ["id"] = id, ["op"] = operation, ["prefix"] = prefix, ["customerId"] = customerId };
        foreach (var (name, value) in more.Append(("resourceId", resourceId)).Where(static member => member.Item2 is not null))
        {
            request[name] = value;
        }

        await _writing.WaitAsync();
        try
        {
            await _process.WriteLineAsync(request.ToJsonString());
        }
        finally
        {
            _writing.Release();
        }

        try
        {
            return await answer.Task.WaitAsync(Deadline, TimeProvider.System);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(_process.Describe($"did not answer {operation} of {customerId}"), exception);
        }
    }

    private void Receive(string line)
    {
        var answer = JsonNode.Parse(line)!;
        if ((int?)answer["id"] is not { } id || !_pending.TryRemove(id, out var pending))
        {
            return;
        }

        if (answer["error"] is { } error)
        {
            pending.SetException(new InvalidOperationException($"The reader failed: {error}\n{string.Join('\n', _process.Errors)}"));
        }
        else
        {
            pending.SetResult(answer["result"]);
        }
    }
}
