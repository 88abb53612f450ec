using TestKit.Processes;

namespace TestKit.Browser;

/// <summary>A headless Chromium with an empty profile that can reach nothing but this machine. Pages are driven over the DevTools protocol.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _profile;
    private readonly ChildProcess _process;
    private readonly DevTools _tools;

    private Chromium(DirectoryInfo profile, ChildProcess process, DevTools tools)
    {
        _profile = profile;
        _process = process;
        _tools = tools;
    }

    /// <summary>Starts it.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        var process = await ChildProcess.StartAsync(new ChildProcessSpec(
            "chromium",
            "--headless=new",
            "--remote-debugging-port=0",
            $"--user-data-dir={profile.FullName}",
            "--no-first-run",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--force-color-profile=srgb",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",

            // Root, as in most containers, may not use it; the pages are ours.
            "--no-sandbox",
            "about:blank"));
        string? address = null;
        try
        {
            await Eventually.HoldsAsync(
                () => (address = process.Errors.FirstOrDefault(static line => line.StartsWith(Listening, StringComparison.Ordinal))) is not null || process.HasExited, "Chromium listens", StartDeadline);
            var uri = new Uri(address?[Listening.Length..] ?? throw new InvalidOperationException(process.Describe("ended before it listened")));
            return new Chromium(profile, process, await DevTools.ConnectAsync(uri));
        }
        catch (TimeoutException exception)
        {
            await process.DisposeAsync();
            throw new TimeoutException(process.Describe("does not listen"), exception);
        }
    }

    /// <summary>Opens a page in a tab of its own and waits until it is loaded.</summary>
    public Task<BrowserPage> OpenAsync(Uri address, BrowserScreen screen) => BrowserPage.OpenAsync(_tools, address, screen);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        await _process.DisposeAsync();

        // Its helper processes end a moment after it and may still write.
        await Eventually.HoldsAsync(TryDelete, "the browser's profile is deleted");
    }

    private bool TryDelete()
    {
        try
        {
            _profile.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
