using System.Security.Cryptography;
using System.Text;

namespace PersistentCacheService.StatusPage;

/// <summary>The page as it is sent: one file with its style and its script inside.</summary>
/// <param name="Content">The file.</param>
/// <param name="ContentSecurityPolicy">
/// What a browser lets it do: run this script and no other, use this style, ask this server. Both are named by their hash, so that nothing that gets into the page can run.
/// </param>
internal sealed record PageResource(byte[] Content, string ContentSecurityPolicy)
{
    /// <summary>Reads the file out of the executable.</summary>
    public static PageResource Load()
    {
        using var stream = typeof(PageResource).Assembly.GetManifestResourceStream("status.html")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var text = Encoding.UTF8.GetString(content);

        // img-src: the empty icon, which keeps browsers from asking for /favicon.ico.
        return new PageResource(
            content,
            $"default-src 'none'; script-src '{Hash(text, "script")}'; style-src '{Hash(text, "style")}'; img-src data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    private static string Hash(string page, string element)
    {
        var begin = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var inside = page[begin..page.IndexOf($"</{element}>", begin, StringComparison.Ordinal)];
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inside)))}";
    }
}
