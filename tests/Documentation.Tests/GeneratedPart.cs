using TestKit;

namespace Documentation.Tests;

/// <summary>A part of a page that is generated, between two comments. With UPDATE_DOCS=1 it is written, otherwise compared.</summary>
internal static class GeneratedPart
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    public static void IsUpToDate(string page, string name, string content)
    {
        var path = RepositoryRoot.File(page);
        var text = File.ReadAllText(path);
        var begin = text.IndexOf('\n', text.IndexOf($"<!-- {name}:", StringComparison.Ordinal)) + 1;
        var end = text.IndexOf($"<!-- end of {name} -->", StringComparison.Ordinal);
        Assert.True(begin > 0 && end >= begin, $"{page} has no part named '{name}'.");
        if (IsUpdate)
        {
            File.WriteAllText(path, text[..begin] + content + text[end..]);
            return;
        }

        Assert.True(text[begin..end] == content, $"The part '{name}' of {page} is out of date: run make docs and commit.");
    }
}
