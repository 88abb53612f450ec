namespace TestKit.Processes;

/// <summary>What to start as a <see cref="ChildProcess"/>.</summary>
/// <param name="Program">File name or path of the program.</param>
/// <param name="Arguments">Its arguments, passed as they are: no shell in between.</param>
public sealed record ChildProcessSpec(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables that are added to, or with a null value taken from, the environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether the child starts with the environment of the test process; otherwise it has PATH, HOME and <see cref="Environment"/> only.</summary>
    public bool InheritEnvironment { get; init; } = true;

    /// <summary>Directory the program starts in; null: that of the test process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Called with every line the program prints, as it comes, on a thread of the pool.</summary>
    public Action<string>? OnLine { get; init; }
}
