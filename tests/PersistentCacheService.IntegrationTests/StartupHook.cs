using System.Diagnostics.CodeAnalysis;

/// <summary>Loaded by the runtime into a worker under test (DOTNET_STARTUP_HOOKS): throws on a thread of its own once the worker runs.</summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime demands it outside of namespaces.")]
[SuppressMessage("Design", "MA0047", Justification = "The runtime demands it outside of namespaces.")]
internal static class StartupHook
{
    /// <summary>Set in the worker that shall crash.</summary>
    public const string Variable = "TEST_CRASH";

    /// <summary>What the exception says.</summary>
    public const string Message = "nobody catches this";

    /// <summary>Called before the worker's own code.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            new Thread(Crash) { IsBackground = true }.Start();
        }
    }

    private static void Crash()
    {
        // The worker's threads are there when its log is.
        while (AppDomain.CurrentDomain.GetAssemblies().All(static assembly => assembly.GetName().Name != "StackExchange.Redis"))
        {
            Thread.Yield();
        }

        throw new InvalidOperationException(Message);
    }
}
