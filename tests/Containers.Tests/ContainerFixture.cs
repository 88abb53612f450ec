using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using Testcontainers.LocalStack;
using Testcontainers.Redis;
using TestKit;
using TestKit.Docker;

namespace Containers.Tests;

/// <summary>The Docker daemon, the images and one container with queues for all tests; every test has Redis containers of its own.</summary>
public sealed class ContainerFixture : IAsyncLifetime
{
    /// <summary>Port of LocalStack, inside the container.</summary>
    private const ushort QueuePort = 4566;

    private const ushort RedisPort = 6379;

    // The library's own default, which it does not name.
    private const string Reaper = "testcontainers/ryuk:0.14.0";

    // Names our containers, so that a later run finds what a killed one left.
    private const string Label = "persistent-cache-service.container-tests";

    private static readonly Version OldestApi = new(1, 44); // that the library speaks unless asked

    private DockerDaemon _daemon = null!;
    private ContainerImages _images = null!;
    private LocalStackContainer? _queues;

    public async Task InitializeAsync()
    {
        _daemon = await DockerDaemon.StartAsync(orPrivate: Prerequisite.IsContinuousIntegration);
        if (_daemon.Missing is not null)
        {
            return;
        }

        await SpeakItsVersionAsync();
        TestcontainersSettings.ResourceReaperImage ??= new DockerImage(Reaper);
        _images = await ContainerImages.GetAsync(_daemon, TestcontainersSettings.ResourceReaperImage.FullName);
        Console.WriteLine(_images);
        if (!_images.HasReaper)
        {
            TestcontainersSettings.ResourceReaperEnabled = false;
            await RemoveAsync(await OursAsync());
        }

        _queues = At(new LocalStackBuilder(_images.Queue))
            .WithEnvironment("SERVICES", "sqs")
            .WithLabel(Label, "queue")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPath(_images.QueueHealth).ForPort(QueuePort)))
            .Build();
        await _queues.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_queues is not null)
        {
            await _queues.DisposeAsync();
            var left = await OursAsync();
            await RemoveAsync(left);
            Assert.Empty(left);
        }

        await _daemon.DisposeAsync();
    }

    /// <summary>Runs a test on every image of Redis at the same time; all of them are tried, whichever fails.</summary>
    internal async Task OnEachRedisAsync(Func<ContainerRedis, Task> test)
    {
        Demand();
        await Task.WhenAll(_images.Redis.Select(async image =>
        {
            // A port of our choice stays the same over a restart.
            var port = FreePort.Next();
            await using var container = At(new RedisBuilder(image))
                .WithPortBinding(port, RedisPort)
                .WithLabel(Label, "redis")
                .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Ready to accept connections"))
                .Build();
            try
            {
                await container.StartAsync();
                await test(await ContainerRedis.ConnectAsync(container, port));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"On {image}: {exception.Message}", exception);
            }
        }));
    }

    /// <summary>A new queue, with a dead-letter queue.</summary>
    internal Task<ContainerQueue> CreateQueueAsync(TimeSpan visibilityTimeout, int maxReceiveCount) =>
        ContainerQueue.CreateAsync(new UriBuilder("http", _queues!.Hostname, _queues.GetMappedPublicPort(QueuePort)).Uri, visibilityTimeout, maxReceiveCount);

    // Skips where there is no Docker, in CI as well: not every build server can run it.
    private void Demand()
    {
        if (_daemon.Missing is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            Skip.If(true, reason);
        }
    }

    // The library does not ask an older daemon what it understands; Debian 12's is at 1.41. It reads the variable at its first use.
    private async Task SpeakItsVersionAsync()
    {
        var version = await _daemon.DockerAsync("version", "--format", "{{.Server.APIVersion}}");
        if (Version.Parse(version) < OldestApi)
        {
            Environment.SetEnvironmentVariable("DOCKER_API_VERSION", version);
        }
    }

    private LocalStackBuilder At(LocalStackBuilder builder) => _daemon.Host.Length == 0 ? builder : builder.WithDockerEndpoint(_daemon.Host);

    private RedisBuilder At(RedisBuilder builder) => _daemon.Host.Length == 0 ? builder : builder.WithDockerEndpoint(_daemon.Host);

    private async Task<string[]> OursAsync() =>
        (await _daemon.DockerAsync("ps", "--all", "--quiet", "--filter", $"label={Label}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task RemoveAsync(string[] containers)
    {
        if (containers.Length > 0)
        {
            await _daemon.DockerAsync(["rm", "--force", "--volumes", .. containers]);
        }
    }
}
