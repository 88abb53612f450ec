using TestKit;
using TestKit.Processes;

namespace Deployment.Tests;

/// <summary>A program that renders or checks manifests: the real one where it is installed, else its stand-in beside the repository.</summary>
internal sealed class Tool
{
    private const int CommandNotFound = 127;
    private const string KubeValidateName = "kube-validate";

    // kube-validate installs its packages on first use, and two that do so at once trip over each other.
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    private readonly string _name;
    private readonly string _program;
    private readonly string[] _verb;

    private Tool(string name, string program, params string[] verb)
    {
        _name = name;
        _program = program;
        _verb = verb;
    }

    /// <summary>Helm 3, or the stand-in that runs charts with the same template engine.</summary>
    public static Tool Helm => Find("helm", "install Helm 3 (https://helm.sh/docs/intro/install/)", new("helm", "helm"), Beside("helm", "helm"));

    /// <summary>Checks manifests against Kubernetes' schemas without a cluster.</summary>
    public static Tool KubeValidate => Find(KubeValidateName, "nothing to install: a cluster says the same with kubectl apply --dry-run=server", Beside(KubeValidateName, KubeValidateName));

    /// <summary>Kustomize, in kubectl or alone.</summary>
    public static Tool Kustomize => Find("kubectl or kustomize", "install one (https://kubernetes.io/docs/tasks/tools/)", new("kustomize", "kubectl", "kustomize"), new("kustomize", "kustomize", "build"));

    /// <summary>Runs the tool to its end.</summary>
    /// <returns>Its exit code, what it printed, and what it printed to the standard error.</returns>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(params IReadOnlyList<string> arguments)
    {
        if (_name != KubeValidateName)
        {
            return await RunToEndAsync(arguments);
        }

        await OneAtATime.WaitAsync();
        try
        {
            return await RunToEndAsync(arguments);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunToEndAsync(IReadOnlyList<string> arguments)
    {
        await using var child = await ChildProcess.StartAsync(new ChildProcessSpec(_program, [.. _verb, .. arguments]));
        var exitCode = await child.WaitForExitAsync(TimeSpan.FromMinutes(2));
        if (exitCode == CommandNotFound)
        {
            Prerequisite.SkipOrFail($"{_name} does not start: {string.Join(' ', child.Errors)}");
        }

        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }

    private static Tool Find(string name, string install, params ReadOnlySpan<Tool> candidates)
    {
        foreach (var tool in candidates)
        {
            if (Path.IsPathRooted(tool._program) ? File.Exists(tool._program) : Prerequisite.Program(tool._program, "").IsPresent)
            {
                return tool;
            }
        }

        // Not a prerequisite that every build server can have: the reason is printed, in CI as well.
        var reason = $"no {name} on the PATH and no stand-in in ../shared/tools: {install}";
        Console.WriteLine($"skipped: {reason}");
        Skip.If(true, reason);
        throw new InvalidOperationException(reason);
    }

    private static Tool Beside(string folder, string program) =>
        new(program, Path.GetFullPath(RepositoryRoot.File("..", "shared", "tools", folder, program)));
}
