using Sidecar.Health;
using TestKit;

namespace Sidecar.Tests.Health;

public sealed class StopDelayTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Readiness _readiness = new();

    [Fact]
    public async Task A_stop_waits_until_clients_have_learned_that_it_is_not_ready()
    {
        _readiness.Attempted();
        var stopping = new StopDelay(TimeSpan.FromSeconds(5), _readiness, _time).StoppingAsync(default);

        Assert.False(_readiness.IsReady);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await stopping;
    }

    [Fact]
    public async Task A_process_that_was_never_ready_ends_at_once() =>
        await new StopDelay(TimeSpan.FromSeconds(5), _readiness, _time).StoppingAsync(default);

    [Fact]
    public async Task The_end_of_the_hosts_patience_ends_it_without_a_failure()
    {
        _readiness.Attempted();
        await new StopDelay(TimeSpan.FromSeconds(5), _readiness, _time).StoppingAsync(new CancellationToken(canceled: true));
    }
}
