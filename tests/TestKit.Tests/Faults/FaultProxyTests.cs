using System.Diagnostics;
using System.Net.Sockets;
using TestKit.Faults;

namespace TestKit.Tests.Faults;

public sealed class FaultProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    private readonly EchoServer _server = new();
    private readonly FaultProxy _proxy;

    public FaultProxyTests() => _proxy = FaultProxy.Start("127.0.0.1", _server.Port, seed: 7);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_fault_bytes_pass_unchanged_both_ways()
    {
        using var client = await ConnectAsync();
        var sent = Bytes(300_000);

        Assert.Equal(sent, await EchoAsync(client, sent));
        Assert.Equal(1, _proxy.Accepted);
    }

    [Fact]
    public async Task An_orderly_end_of_the_client_reaches_the_server_as_one()
    {
        using (var client = await ConnectAsync())
        {
            await EchoAsync(client, Bytes(10));
        }

        await Eventually.HoldsAsync(() => _server.Closes == 1 && _proxy.Open == 0, "the server saw FIN");
        Assert.Equal(0, _server.Resets);
    }

    [Fact]
    public async Task Refuse_refuses_new_connections_keeps_open_ones_and_ends_with_heal()
    {
        using var open = await ConnectAsync();
        await EchoAsync(open, Bytes(10));

        _proxy.Apply(FaultPlan.Refuse);

        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        await EchoAsync(open, Bytes(10));
        _proxy.Heal();
        using var again = await ConnectAsync();
        await EchoAsync(again, Bytes(10));
    }

    [Fact]
    public async Task Refusing_again_and_again_never_loses_the_port()
    {
        for (var round = 0; round < 50; round++)
        {
            _proxy.Apply(FaultPlan.Refuse);
            await Assert.ThrowsAsync<SocketException>(ConnectAsync);
            _proxy.Heal();
            using var client = await ConnectAsync();
            await EchoAsync(client, Bytes(10));
        }
    }

    [Fact]
    public async Task Hang_accepts_and_stays_silent_and_a_healed_connection_goes_on()
    {
        _proxy.Apply(FaultPlan.Hang);
        using var client = await ConnectAsync();
        await client.SendAsync(Bytes(10));

        var answer = ReceiveAsync(client, 10);
        await AssertSilentAsync(answer);
        Assert.Equal(0, _server.Connections);
        _proxy.Heal();

        Assert.Equal(Bytes(10), await answer);
    }

    [Fact]
    public async Task Blackhole_swallows_bytes_and_the_end_of_a_connection_until_it_is_healed()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, Bytes(10));
        _proxy.Apply(FaultPlan.Blackhole);

        await client.SendAsync(Bytes(20));
        var answer = ReceiveAsync(client, 20);
        client.Shutdown(SocketShutdown.Send);
        await AssertSilentAsync(answer);
        Assert.Equal((0, 0), (_server.Closes, _server.Resets));
        _proxy.Heal();

        Assert.Equal(Bytes(20), await answer);
        await Eventually.HoldsAsync(() => _server.Closes == 1, "the server saw FIN");
    }

    [Fact]
    public async Task Blackhole_hides_the_death_of_the_server()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, Bytes(10));
        _proxy.Apply(FaultPlan.Blackhole);

        await _server.DisposeAsync();

        await AssertSilentAsync(ReceiveAsync(client, 1));
    }

    [Fact]
    public async Task Reset_resets_open_connections_on_both_sides_and_new_ones_at_once()
    {
        using var open = await ConnectAsync();
        await EchoAsync(open, Bytes(10));

        _proxy.Apply(FaultPlan.Reset);

        Assert.Equal(SocketError.ConnectionReset, await ErrorOf(open));
        await Eventually.HoldsAsync(() => _server.Resets == 1, "the server saw RST");
        var fresh = await Assert.ThrowsAsync<SocketException>(ConnectAndReceiveAsync);
        Assert.Equal(SocketError.ConnectionReset, fresh.SocketErrorCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(100_000)]
    public async Task A_cut_answer_ends_after_exactly_so_many_bytes_and_the_next_connection_works(int bytes)
    {
        _proxy.Apply(FaultPlan.CutAnswerAfter(bytes));
        using var client = await ConnectAsync();
        await client.SendAsync(Bytes(150_000));

        Assert.Equal(Bytes(bytes), await ReceiveUntilEndAsync(client));
        Assert.Equal(FaultPlan.None, _proxy.Plan);
        using var next = await ConnectAsync();
        await EchoAsync(next, Bytes(150_000));
    }

    [Fact]
    public async Task A_cut_request_reaches_the_server_only_in_part()
    {
        _proxy.Apply(FaultPlan.CutRequestAfter(5, CutKind.Close));
        using var client = await ConnectAsync();

        await client.SendAsync(Bytes(10));

        await ReceiveUntilEndAsync(client);
        await Eventually.HoldsAsync(() => _server.Closes + _server.Resets == 1, "the server saw the end");
        Assert.Equal(5, _server.Received);
    }

    [Fact]
    public async Task Bytes_are_counted_from_the_moment_the_cut_is_in_force()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, Bytes(1000));

        _proxy.Apply(FaultPlan.CutAnswerAfter(4));
        await client.SendAsync(Bytes(10));

        Assert.Equal(Bytes(4), await ReceiveUntilEndAsync(client));
    }

    [Fact]
    public async Task Delay_holds_answers_back_without_reordering_or_limiting_the_throughput()
    {
        _proxy.Apply(FaultPlan.Delay(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(20)));
        using var client = await ConnectAsync();
        var time = Stopwatch.StartNew();

        Assert.Equal(Bytes(500_000), await EchoAsync(client, Bytes(500_000)));

        // The lower bound is what the fault promises. If each of the 30 chunks waited for the one before, it would take 30 x 500 ms: the upper bound leaves a slow machine most of that.
        Assert.True(time.Elapsed >= TimeSpan.FromMilliseconds(499), $"answered after {time.Elapsed}");
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(12), $"answered only after {time.Elapsed}");
    }

    [Fact]
    public async Task A_delayed_answer_comes_at_once_when_the_delay_is_healed()
    {
        _proxy.Apply(FaultPlan.Delay(TimeSpan.FromHours(1)));
        using var client = await ConnectAsync();
        await client.SendAsync(Bytes(10));
        var answer = ReceiveAsync(client, 10);
        await AssertSilentAsync(answer);

        _proxy.Heal();

        Assert.Equal(Bytes(10), await answer);
    }

    [Fact]
    public async Task Throttle_limits_the_throughput()
    {
        _proxy.Apply(FaultPlan.Throttle(100_000));
        using var client = await ConnectAsync();
        var time = Stopwatch.StartNew();

        await EchoAsync(client, Bytes(30_000));

        // 0.3 s at this rate, less the piece that is let through before the first wait (a twentieth of a second).
        Assert.True(time.Elapsed >= TimeSpan.FromMilliseconds(240), $"passed in {time.Elapsed}");
    }

    [Fact]
    public async Task Corruption_changes_the_same_bytes_for_the_same_seed_however_they_are_chunked()
    {
        var sent = Bytes(50_000);
        var first = await CorruptedAsync(new FaultPlan { ToClient = new LinkFaults { CorruptionPerByte = 0.01 } });
        var second = await CorruptedAsync(new FaultPlan { ToClient = new LinkFaults { CorruptionPerByte = 0.01, MaxChunk = 999 } });

        Assert.Equal(first, second);
        Assert.InRange(first.Where((value, index) => value != sent[index]).Count(), 250, 1000); // 500 expected, sigma 22.

        async Task<byte[]> CorruptedAsync(FaultPlan plan)
        {
            await using var proxy = FaultProxy.Start("127.0.0.1", _server.Port, seed: 3);
            proxy.Apply(plan);
            using var client = await ConnectAsync(proxy.Port);
            return await EchoAsync(client, sent);
        }
    }

    [Fact]
    public async Task Fragments_are_no_larger_than_asked_for_and_lose_nothing()
    {
        _proxy.Apply(FaultPlan.Fragment(3));
        using var client = await ConnectAsync();

        Assert.Equal(Bytes(1000), await EchoAsync(client, Bytes(1000)));
    }

    [Fact]
    public async Task Redirect_sends_new_connections_elsewhere_and_leaves_open_ones()
    {
        await using var other = new EchoServer();
        using var open = await ConnectAsync();
        await EchoAsync(open, Bytes(10));

        _proxy.Redirect("127.0.0.1", other.Port);
        using var fresh = await ConnectAsync();
        await EchoAsync(fresh, Bytes(10));
        await EchoAsync(open, Bytes(10));

        Assert.Equal((1, 1), (_server.Connections, other.Connections));
    }

    [Fact]
    public async Task A_server_that_is_not_there_resets_the_client()
    {
        await _server.DisposeAsync();

        var exception = await Assert.ThrowsAsync<SocketException>(ConnectAndReceiveAsync);

        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task A_script_ends_healed_also_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        var playing = _proxy.PlayAsync([new FaultStep(FaultPlan.Blackhole, TimeSpan.FromHours(1))], source.Token);
        Assert.Equal(FaultPlan.Blackhole, _proxy.Plan);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => playing);
        Assert.Equal(FaultPlan.None, _proxy.Plan);
    }

    [Fact]
    public void A_random_script_is_the_same_for_the_same_seed_and_holds_every_kind_of_fault()
    {
        var longest = TimeSpan.FromSeconds(1);
        var script = FaultStep.Random(11, 200, longest);

        Assert.Equal(script, FaultStep.Random(11, 200, longest));
        Assert.NotEqual(script, FaultStep.Random(12, 200, longest));
        Assert.All(script, step => Assert.InRange(step.Duration, longest / 10, longest));
        Assert.Equal(4, script.Select(static step => step.Plan.Connect).Distinct().Count());
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(static index => (byte)(index * 31))];

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        return socket;
    }

    private Task<Socket> ConnectAsync() => ConnectAsync(_proxy.Port);

    /// <summary>A reset may come before the connect has returned or after.</summary>
    private async Task ConnectAndReceiveAsync()
    {
        using var client = await ConnectAsync();
        await client.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
    }

    private static async Task<byte[]> EchoAsync(Socket client, byte[] bytes)
    {
        var answer = ReceiveAsync(client, bytes.Length);
        await client.SendAsync(bytes);
        return await answer;
    }

    private static async Task<byte[]> ReceiveAsync(Socket client, int count)
    {
        await using var stream = new NetworkStream(client, ownsSocket: false);
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        return bytes;
    }

    private static async Task<byte[]> ReceiveUntilEndAsync(Socket client)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            while (await client.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System) is var count and > 0)
            {
                bytes.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // As good an end as FIN.
        }

        return [.. bytes];
    }

    private static async Task<SocketError> ErrorOf(Socket client)
    {
        var exception = await Assert.ThrowsAsync<SocketException>(
            () => client.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        return exception.SocketErrorCode;
    }

    /// <summary>That nothing comes cannot be waited for: this looks for a short time and then says so.</summary>
    private static async Task AssertSilentAsync(Task answer) =>
        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(Silence, TimeProvider.System, CancellationToken.None)));
}
