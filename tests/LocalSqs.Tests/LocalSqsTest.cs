namespace LocalSqs.Tests;

/// <summary>A server of its own for each test, with the queue "q", a client and a clock that stands still.</summary>
public abstract class LocalSqsTest : IAsyncLifetime
{
    private LocalSqsServer? _server;
    private SqsHttp? _sqs;

    /// <summary>The server's time: visibility timeouts end when a test says so.</summary>
    protected ManualTimeProvider Time { get; } = new();

    protected LocalSqsServer Server => _server!;

    private protected SqsHttp Sqs => _sqs!;

    protected LocalQueue Queue { get; private set; } = null!;

    protected string Url => Queue.Url;

    /// <summary>Options of the server; the clock and the queue "q" come on top.</summary>
    protected virtual LocalSqsOptions Options => new();

    public async Task InitializeAsync()
    {
        _server = await LocalSqsServer.StartAsync(Options with { TimeProvider = Time });
        _sqs = new SqsHttp(_server);
        Queue = _server.CreateQueue("q");
    }

    public async Task DisposeAsync()
    {
        Sqs.Dispose();
        await Server.DisposeAsync();
    }

    protected void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));
}
