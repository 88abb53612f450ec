using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Published;

/// <summary>
/// The native executable of the image, published once for all tests of it. Unlike the image it needs no
/// Docker, so it is tested everywhere.
/// </summary>
public sealed class PublishedWorker : IAsyncLifetime
{
    private const string Executable = "WORKER_EXECUTABLE";

    // A restore that has found no package of the target's runtime or compiler, or no package source at all; a machine without clang and gcc.
    private static readonly string[] NotHere = ["NU1101", "NU1102", "NU1301", "Platform linker"];

    private string? _missing;

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Executable) is { Length: > 0 })
        {
            return; // Published before, by eng/test.sh in CI.
        }

        await using var publish = await ChildProcess.StartAsync(new ChildProcessSpec("bash", RepositoryRoot.File("eng", "native.sh")));
        if (await publish.WaitForExitAsync(TimeSpan.FromMinutes(10)) != 0)
        {
            var printed = publish.Output.Concat(publish.Errors).ToArray();
            var reason = printed.FirstOrDefault(line => Array.Exists(NotHere, text => line.Contains(text, StringComparison.Ordinal)));
            _missing = reason is not null
                ? $"the worker cannot be published here: {reason}"
                : throw new InvalidOperationException($"The worker cannot be published:\n{string.Join('\n', printed)}");
            return;
        }

        // WorkerProcess starts what this names. Nothing else in this assembly does.
        Environment.SetEnvironmentVariable(Executable, publish.Output[^1]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Returns when there is an executable to test, and a Redis to test it with; else the test is skipped, or fails in CI.</summary>
    public void Demand()
    {
        Prerequisite.RedisServer.Demand();
        if (_missing is not null)
        {
            Prerequisite.SkipOrFail(_missing);
        }
    }
}
