namespace EndToEnd.Reporting;

/// <summary>Replaces what stands between <c>&lt;!-- NAME: ... --&gt;</c> and <c>&lt;!-- end of NAME --&gt;</c>.</summary>
internal static class GeneratedPart
{
    /// <exception cref="FormatException">The page has no such part.</exception>
    public static string Replace(string page, string name, string content)
    {
        var marker = page.IndexOf($"<!-- {name}:", StringComparison.Ordinal);
        var begin = marker < 0 ? -1 : page.IndexOf('\n', marker) + 1;
        var end = page.IndexOf($"<!-- end of {name} -->", StringComparison.Ordinal);
        return begin > 0 && end >= begin ? page[..begin] + content + page[end..] : throw new FormatException($"The page has no part named '{name}'.");
    }
}
