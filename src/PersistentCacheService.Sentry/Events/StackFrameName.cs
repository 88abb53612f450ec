namespace PersistentCacheService.Sentry.Events;

/// <summary>A method as its author wrote it: <c>Ns.Type+&lt;RunAsync&gt;d__5.MoveNext</c> is <c>Ns.Type</c>, <c>RunAsync</c>.</summary>
/// <param name="Module">Full name of the declaring type, null when unknown.</param>
/// <param name="Function">The method's name.</param>
internal readonly record struct StackFrameName(string? Module, string Function)
{
    /// <summary>Undoes what the compiler does to async methods, iterators, lambdas and local functions.</summary>
    public static StackFrameName Of(string? declaringType, string method)
    {
        // Lambdas and local functions: the generated method's name tells the author's ("<RunAsync>b__0", "<RunAsync>g__Retry|3_0").
        var function = Written(method);
        if (declaringType is null)
        {
            return new(null, function ?? method);
        }

        // The generated class ("+<RunAsync>d__5", "+<>c") hangs below the author's type; the outermost one has the author's method.
        var generated = declaringType.IndexOf("+<", StringComparison.Ordinal);
        if (generated < 0)
        {
            return new(declaringType, function ?? method);
        }

        return new(declaringType[..generated], Written(declaringType[(generated + 1)..]) ?? function ?? method);
    }

    // "<Name>..." gives Name, "<>..." and everything else null.
    private static string? Written(string generated)
    {
        var end = generated.IndexOf('>', StringComparison.Ordinal);
        return generated.StartsWith('<') && end > 1 ? generated[1..end] : null;
    }
}
