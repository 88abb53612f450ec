using LocalSqs;

namespace PersistentCacheService.Sqs.Tests.Emulators;

/// <summary>LocalSqs verifies signatures here, so every one of these tests is also one of the signer.</summary>
public sealed class LocalSqsTests(LocalSqsTests.Emulator emulator) : EmulatorTests, IClassFixture<LocalSqsTests.Emulator>
{
    protected override Task<string> ServiceUrlAsync() => Task.FromResult(emulator.ServiceUrl);

    public sealed class Emulator : IAsyncLifetime
    {
        private LocalSqsServer? _server;

        public string ServiceUrl => _server!.ServiceUrl;

        public async Task InitializeAsync() => _server = await LocalSqsServer.StartAsync(new LocalSqsOptions
        {
            AccessKey = EmulatorCredentials.AccessKey,
        });

        public async Task DisposeAsync() => await _server!.DisposeAsync();
    }
}
