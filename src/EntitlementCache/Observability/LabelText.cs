using System.Text;

namespace EntitlementCache.Observability;

/// <summary>Names of enum members as Prometheus writes label values.</summary>
internal static class LabelText
{
    /// <summary><c>SkippedOlder</c> becomes <c>skipped_older</c>.</summary>
    public static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
