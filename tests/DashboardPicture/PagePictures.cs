using TestKit;
using TestKit.Browser;

namespace DashboardPicture;

/// <summary>The worker's own page, photographed in a browser at the end of the story.</summary>
internal static class PagePictures
{
    private static readonly (string Name, BrowserScreen Screen)[] Pictures =
    [
        ("status-light", BrowserScreen.Desktop),
        ("status-dark", BrowserScreen.Desktop.Dark),
        ("status-phone-light", BrowserScreen.Phone),
        ("status-phone-dark", BrowserScreen.Phone.Dark),
    ];

    /// <summary>Writes docs/images/status-*.png.</summary>
    /// <param name="port">Port of the worker.</param>
    public static async Task TakeAsync(int port)
    {
        await using var browser = await Chromium.StartAsync();
        foreach (var (name, screen) in Pictures)
        {
            await using var page = await browser.OpenAsync(new Uri($"http://127.0.0.1:{port}/"), screen);
            await Eventually.HoldsAsync(async () => (bool?)await page.EvaluateAsync("document.querySelectorAll('#charts svg').length > 0") == true, "the page is drawn");
            await File.WriteAllBytesAsync(RepositoryRoot.File("docs", "images", $"{name}.png"), await page.PhotographAsync());
        }
    }
}
