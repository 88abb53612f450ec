namespace EntitlementCache.Settings;

/// <summary>
/// The one rule for the text of every environment variable: surrounding white space does not belong to it, quotes around it are a mistake, and it is one line.
/// </summary>
/// <remarks>
/// Secrets written with <c>echo</c> end in a line break, and <c>--env-file</c> keeps the quotes of a shell script. Neither is ever meant, and both change the
/// value without a trace: a password that is refused, a prefix under which no reader looks.
/// </remarks>
internal static class EnvironmentText
{
    /// <summary>Cuts surrounding white space.</summary>
    /// <returns>The text; null when nothing is left, because an empty variable counts as absent.</returns>
    public static string? Clean(string? raw) => string.IsNullOrWhiteSpace(raw) ? null : raw.Trim();

    /// <summary>What is wrong with a cleaned text, as the second half of a sentence that does not contain the text; null: nothing.</summary>
    public static string? Problem(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0])
        {
            return "is in quotes, which would be part of the value; remove them (docker's --env-file and Kubernetes keep quotes, a shell does not).";
        }

        return text.Any(char.IsControl) ? "contains a control character such as a line break or a tab; remove it." : null;
    }
}
