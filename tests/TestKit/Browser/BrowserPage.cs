using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace TestKit.Browser;

/// <summary>A page in a tab: what it shows, what it asks for and what it complains of.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly DevTools _tools;
    private readonly string _target;
    private readonly string _session;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private BrowserPage(DevTools tools, string target, string session)
    {
        _tools = tools;
        _target = target;
        _session = session;
        _tools.Listen(session, OnEvent);
    }

    /// <summary>Address of every request so far, that of the page included.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Errors and warnings on the console, uncaught exceptions, and what the browser refused.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>What a reader sees, as text.</summary>
    public async Task<string> TextAsync() => (string)(await EvaluateAsync("document.body.innerText"))!;

    /// <summary>The value of a script's expression; a promise is awaited.</summary>
    /// <exception cref="InvalidOperationException">It threw.</exception>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return answer["exceptionDetails"] is { } thrown ? throw new InvalidOperationException(thrown.ToJsonString()) : answer["result"]!["value"];
    }

    /// <summary>Presses and releases the tabulator key.</summary>
    public async Task PressTabAsync()
    {
        foreach (var type in (string[])["rawKeyDown", "keyUp"])
        {
            await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = "Tab", ["code"] = "Tab", ["windowsVirtualKeyCode"] = 9 });
        }
    }

    /// <summary>Roles and names of what a screen reader is told, in order.</summary>
    public async Task<IReadOnlyList<(string Role, string Name)>> ReadAloudAsync()
    {
        var tree = await CallAsync("Accessibility.getFullAXTree");
        return [.. tree["nodes"]!.AsArray()
            .Where(static node => (bool?)node!["ignored"] != true)
            .Select(static node => ((string?)node!["role"]?["value"] ?? "", (string?)node["name"]?["value"] ?? ""))];
    }

    /// <summary>What is on the screen, as a picture (PNG).</summary>
    public async Task<byte[]> PhotographAsync()
    {
        var answer = await CallAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    /// <summary>Shows it on another screen.</summary>
    public async Task ShowOnAsync(BrowserScreen screen)
    {
        ArgumentNullException.ThrowIfNull(screen);
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = screen.Width, ["height"] = screen.Height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = screen.IsDark ? "dark" : "light" };
        await CallAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(scheme) });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tools.CallAsync("Target.closeTarget", new JsonObject { ["targetId"] = _target });
        _tools.Listen(_session, take: null);
    }

    internal static async Task<BrowserPage> OpenAsync(DevTools tools, Uri address, BrowserScreen screen)
    {
        var target = (string)(await tools.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!;
        var session = (string)(await tools.CallAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
        var page = new BrowserPage(tools, target, session);
        foreach (var domain in (string[])["Network", "Runtime", "Log", "Page"])
        {
            await page.CallAsync($"{domain}.enable");
        }

        await page.ShowOnAsync(screen);
        var answer = await page.CallAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        if (answer["errorText"] is { } error)
        {
            throw new InvalidOperationException($"{address} cannot be opened: {error}");
        }

        await Eventually.HoldsAsync(async () => (string?)await page.EvaluateAsync("document.readyState") == "complete", $"{address} is loaded");
        return page;
    }

    private Task<JsonNode> CallAsync(string method, JsonObject? parameters = null) => _tools.CallAsync(method, parameters, _session);

    private void OnEvent(string method, JsonNode parameters)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                _requests.Enqueue((string)parameters["request"]!["url"]!);
                break;
            case "Runtime.exceptionThrown":
                _complaints.Enqueue(parameters["exceptionDetails"]!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled" when (string?)parameters["type"] is "error" or "warning" or "assert":
                _complaints.Enqueue(parameters["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when (string?)parameters["entry"]!["level"] is "error" or "warning":
                _complaints.Enqueue(parameters["entry"]!.ToJsonString());
                break;
        }
    }
}
