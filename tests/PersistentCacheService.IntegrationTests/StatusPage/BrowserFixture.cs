using TestKit;
using TestKit.Browser;

namespace PersistentCacheService.IntegrationTests.StatusPage;

/// <summary>One browser for the tests of the page; each opens tabs of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private Chromium? _browser;

    /// <summary>The browser, or a skipped test.</summary>
    public Chromium Browser
    {
        get
        {
            Prerequisite.RedisServer.Demand();
            Prerequisite.Chromium.Demand();
            return _browser!;
        }
    }

    public async Task InitializeAsync()
    {
        if (Prerequisite.Chromium.IsPresent)
        {
            _browser = await Chromium.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }
}
