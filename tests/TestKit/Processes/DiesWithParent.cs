using System.Diagnostics;

namespace TestKit.Processes;

/// <summary>Makes the kernel kill a child when the test process dies, also when that is killed itself and cannot clean up.</summary>
internal static class DiesWithParent
{
    private const string SetPriv = "/usr/bin/setpriv";

    /// <summary>Fills in program and arguments, behind setpriv (util-linux, essential on Debian and Ubuntu) where it exists: it replaces itself by the program, so process id and signals are the program's.</summary>
    public static void Apply(ProcessStartInfo start, ChildProcessSpec spec)
    {
        start.FileName = spec.Program;
        if (OperatingSystem.IsLinux() && File.Exists(SetPriv) && Resolve(spec.Program) is { } program)
        {
            start.FileName = SetPriv;
            start.ArgumentList.Add("--pdeathsig");
            start.ArgumentList.Add("KILL");
            start.ArgumentList.Add(program);
        }

        foreach (var argument in spec.Arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }

    /// <summary>Null when there is no such program: then the start itself fails, with the system's message.</summary>
    private static string? Resolve(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(program) ? program : null;
        }

        return Environment.GetEnvironmentVariable("PATH")?
            .Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }
}
