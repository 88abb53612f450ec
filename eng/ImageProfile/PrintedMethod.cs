namespace ImageProfile;

/// <summary>
/// A method as the runtime's compiler prints it with DOTNET_JitStdOutFile and DOTNET_JitDisasmSummary, e.g.
/// <c>4: JIT compiled System.Array:Resize[int](byref,int) [FullOpts, IL size=9, code size=7]</c>.
/// </summary>
/// <param name="Text">What stands between "JIT compiled" and the bracket at the end.</param>
/// <param name="Type">The type that declares it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Arguments of a generic method.</param>
/// <param name="Parameters">How many parameters it has.</param>
internal sealed record PrintedMethod(string Text, PrintedType Type, string Name, IReadOnlyList<PrintedType> Arguments, int Parameters)
{
    private const string Marker = "JIT compiled ";

    /// <summary>
    /// Reads a line; null when it names no method of an assembly: stubs exist at run time only. The last line of a process that was killed may be cut.
    /// </summary>
    public static PrintedMethod? Parse(string line)
    {
        var start = line.IndexOf(Marker, StringComparison.Ordinal);
        var end = line.LastIndexOf(" [", StringComparison.Ordinal);
        if (start < 0 || end < start + Marker.Length)
        {
            return null;
        }

        var text = line[(start + Marker.Length)..end];
        return text.StartsWith("(dynamicClass)", StringComparison.Ordinal) || text.Contains(":IL_STUB", StringComparison.Ordinal) ? null : new PrintedMethodReader(text).Read();
    }
}
