using TestKit;

namespace PersistentCacheService.Sqs.Tests.Emulators;

public sealed class FauxqsTests(FauxqsTests.Emulator emulator) : EmulatorTests, IClassFixture<FauxqsTests.Emulator>
{
    protected override async Task<string> ServiceUrlAsync() => (await emulator.Started.Value).ServiceUrl;

    /// <summary>One server for all tests of the class, started by the first, so that a missing prerequisite skips tests instead of breaking the fixture.</summary>
    public sealed class Emulator : IAsyncLifetime
    {
        public Lazy<Task<FauxqsServer>> Started { get; } = new(FauxqsServer.StartAsync);

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            if (Started.IsValueCreated && Started.Value.IsCompletedSuccessfully)
            {
                await (await Started.Value).DisposeAsync();
            }
        }
    }
}
