using PersistentCacheService.IntegrationTests;
using TestKit.Messages;

namespace Deployment.Tests.Published;

/// <summary>The executable has the methods precompiled that it uses: the profile of <c>make profile</c> still fits the code.</summary>
[Collection(PublishedCollection.Name)]
public sealed class PublishedProfileTests(PublishedWorker published) : IAsyncLifetime
{
    // A fitting profile leaves some 250: code for this processor's vectors, and generic code that the compiler's list does not tell apart. Without one it is 5,000.
    private const int MostCompiledAtRunTime = 800;

    private readonly CommandWorld _world = new();
    private readonly DirectoryInfo _lists = Directory.CreateTempSubdirectory("compiled-");

    public Task InitializeAsync() => _world.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _lists.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task Few_methods_are_left_to_the_compiler_at_run_time()
    {
        published.Demand();
        var list = Path.Combine(_lists.FullName, "methods");
        var queue = _world.Sqs.Queue("main");
        queue.Enqueue(new MessageGenerator { Customers = 5 }.Generate(50, prime: true).Select(message => message.Body()));

        await using (var worker = await WorkerProcess.StartAsync(_world.Environment().With(("DOTNET_JitStdOutFile", list), ("DOTNET_JitDisasmSummary", "1"))))
        {
            await worker.WaitAsync(() => Task.FromResult(queue.Counts.Total == 0), "the queue is empty");
            await worker.TerminateAsync(); // Not how it ended: a runtime that writes this list was seen to fail at its very end.
        }

        var compiled = await File.ReadAllLinesAsync(list);
        Assert.NotEmpty(compiled); // The runtime still takes these settings.
        Assert.True(
            compiled.Length <= MostCompiledAtRunTime,
            $"{compiled.Length} methods were compiled at run time, at most {MostCompiledAtRunTime} are expected. The code has moved away from its profile: run 'make profile'.\n"
            + string.Join('\n', compiled.Take(40)));
    }
}
