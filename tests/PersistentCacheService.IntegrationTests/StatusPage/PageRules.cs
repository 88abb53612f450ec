using System.Text.Json.Nodes;
using TestKit.Browser;

namespace PersistentCacheService.IntegrationTests.StatusPage;

/// <summary>What holds for the page in every state of the worker.</summary>
internal static class PageRules
{
    private static readonly BrowserScreen[] Screens = [BrowserScreen.Desktop, BrowserScreen.Desktop.Dark, BrowserScreen.Phone, BrowserScreen.Phone.Dark];

    // Wider than the page: one would have to scroll sideways.
    private const string WideElements = """
        document.documentElement.scrollWidth <= document.documentElement.clientWidth ? ''
          : [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth).map(one => one.outerHTML.slice(0, 120)).join('\n')
        """;

    // Ratio of the luminances of a text and what is behind it: WCAG 2.2, 1.4.3, at least 4.5.
    private const string FaintTexts = """
        (() => {
          const channels = color => color.match(/[\d.]+/g).map(Number);
          const luminance = rgb => rgb.slice(0, 3).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const behind = element => { for (let e = element; e; e = e.parentElement) { const c = channels(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const faint = [];
          for (const element of document.querySelectorAll('body *')) {
            if (![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName)) continue;
            const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
            if ((a + .05) / (b + .05) < 4.5) faint.push(element.tagName + ': ' + element.textContent.slice(0, 40) + ' ' + ((a + .05) / (b + .05)).toFixed(2));
          }
          return faint.join('\n');
        })()
        """;

    /// <summary>Fails with what does not hold.</summary>
    public static async Task HoldAsync(BrowserPage page, WorkerProcess worker)
    {
        var backgrounds = new List<string?>();
        foreach (var screen in Screens)
        {
            await page.ShowOnAsync(screen);
            Assert.Equal(screen.Width, (int)(await page.EvaluateAsync("innerWidth"))!);
            Assert.Equal("", (string?)await page.EvaluateAsync(WideElements));
            Assert.Equal("", (string?)await page.EvaluateAsync(FaintTexts));
            backgrounds.Add((string?)await page.EvaluateAsync("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Equal(2, backgrounds.Distinct().Count());
        await page.ShowOnAsync(BrowserScreen.Desktop);
        await ReachesEverythingByKeyAsync(page);
        await IsReadAloudAsync(page);
        Assert.All(page.Requests, address => Assert.True(
            address.StartsWith($"http://127.0.0.1:{worker.Port}/", StringComparison.Ordinal) || address == "data:,", $"It asks for {address}."));
        Assert.Empty(page.Complaints);
    }

    private static async Task ReachesEverythingByKeyAsync(BrowserPage page)
    {
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true); document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)");
        var all = (JsonArray)(await page.EvaluateAsync("[...document.querySelectorAll('a[href], button, summary')].map(one => one.outerHTML)"))!;
        var reached = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < all.Count + 2; i++)
        {
            await page.PressTabAsync();
            var focused = (await page.EvaluateAsync("[document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle, document.activeElement.tagName]"))!.AsArray();
            if ((string?)focused[2] != "BODY")
            {
                Assert.True((string?)focused[1] == "solid", $"Not seen to be focused: {focused[0]}");
                reached.Add((string)focused[0]!);
            }
        }

        Assert.Equal(all.Select(static one => (string)one!).Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }

    private static async Task IsReadAloudAsync(BrowserPage page)
    {
        foreach (var screen in (BrowserScreen[])[BrowserScreen.Phone, BrowserScreen.Desktop])
        {
            await page.ShowOnAsync(screen);
            var told = await page.ReadAloudAsync();
            string[] roles = [.. told.Select(static one => one.Role).Distinct()];
            foreach (var role in (string[])["banner", "navigation", "main", "contentinfo", "status", "table", "columnheader", "rowheader", "cell", "image"])
            {
                Assert.True(roles.Contains(role), $"Nothing is told as {role} at {screen.Width} px, only {string.Join(' ', roles)}");
            }

            Assert.All(told, static one => Assert.False(one is ("link" or "button" or "table" or "image" or "region" or "heading", ""), $"A {one.Role} has no name."));
            Assert.Equal(6, told.Count(static one => one.Role == "image"));
        }
    }
}
