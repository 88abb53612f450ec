using TestKit.Browser;

namespace TestKit.Tests.Browser;

public sealed class ChromiumTests
{
    [SkippableFact]
    public async Task A_page_is_seen_with_all_it_asks_for_and_complains_of()
    {
        Prerequisite.Chromium.Demand();
        await using var browser = await Chromium.StartAsync();
        await using var page = await browser.OpenAsync(
            new Uri("data:text/html,<title>t</title><h1>Hello</h1><a href='x'>one</a> <button>two</button><img alt='i' src='http://elsewhere.example/i.png'><script>console.error('oh no')</script>"),
            BrowserScreen.Phone.Dark);

        Assert.Contains("Hello", await page.TextAsync(), StringComparison.Ordinal);
        Assert.Equal("360 true", (string?)await page.EvaluateAsync("innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches"));
        await Eventually.HoldsAsync(() => page.Complaints.Any(static one => one.Contains("oh no", StringComparison.Ordinal)), "the console's error is seen");
        await Eventually.HoldsAsync(() => page.Requests.Contains("http://elsewhere.example/i.png"), "the request to elsewhere is seen");
        await page.PressTabAsync();
        await page.PressTabAsync();
        Assert.Equal("BUTTON", (string?)await page.EvaluateAsync("document.activeElement.tagName"));
        Assert.Contains(("heading", "Hello"), await page.ReadAloudAsync());
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(await page.PhotographAsync(), 1, 3));
        await Assert.ThrowsAsync<InvalidOperationException>(() => page.EvaluateAsync("throw new Error('no')"));

        await page.ShowOnAsync(BrowserScreen.Desktop);
        Assert.Equal("1200 false", (string?)await page.EvaluateAsync("innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches"));
    }
}
