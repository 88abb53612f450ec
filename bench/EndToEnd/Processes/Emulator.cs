using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using EndToEnd.Scenarios;
using TestKit.Processes;

namespace EndToEnd.Processes;

/// <summary>A LocalSqs process with one queue that shuffles.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    // 2026-01-01T00:00:00Z. Primed state is a day older, the warm-up half a day, so that each later message is newer than what is stored.
    private const long Base = 1_767_225_600_000;
    private const long HalfADay = 43_200_000;

    private readonly ChildProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly string _control;

    private Emulator(ChildProcess process, string endpoint, string queueUrl, string control)
    {
        _process = process;
        Endpoint = endpoint;
        QueueUrl = queueUrl;
        _control = control;
    }

    public string Endpoint { get; }

    public string QueueUrl { get; }

    public int ProcessId => _process.Id;

    public static async Task<Emulator> StartAsync(Programs programs, Placement placement, int seed, double duplicates)
    {
        var process = await ChildProcess.StartAsync(placement.OnServerCore(
            programs.LocalSqs, "--port", "0", "--queue", "q", "--shuffle", "true", "--duplicate", Text(duplicates), "--seed", seed.ToString(CultureInfo.InvariantCulture)));
        try
        {
            var hello = JsonDocument.Parse(await process.WaitForLineAsync(static line => line.StartsWith('{'), "its endpoint")).RootElement;
            return new Emulator(
                process, hello.GetProperty("endpoint").GetString()!, hello.GetProperty("queueUrl").GetString()!, hello.GetProperty("ctl").GetString()!);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>One entitlements message for each customer.</summary>
    public Task PrimeAsync(int customers, int features) => FillAsync($"count={customers}&customers={customers}&features={features}&prime=1&seed=7&startAt={Base - (2 * HalfADay)}");

    /// <summary>The mix, before the measurement.</summary>
    public Task WarmUpAsync(Scenario scenario, int messages, int customers) =>
        FillAsync($"count={messages}&customers={customers}&features={scenario.Features}&seed=100&startAt={Base - HalfADay}&usageShare={Text(scenario.UsageShare)}");

    /// <summary>The messages that are measured.</summary>
    public Task FillAsync(Scenario scenario, int seed) => FillAsync(
        $"count={scenario.Messages}&customers={scenario.Customers}&features={scenario.Features}&seed={seed}&startAt={Base}"
        + $"&usageShare={Text(scenario.UsageShare)}&prime={(scenario.WritesNewCustomers ? 1 : 0)}");

    /// <summary>Time added to every call from now on.</summary>
    public Task SetLatencyAsync(int milliseconds) => PostAsync($"latency?ms={milliseconds}");

    public Task PurgeAsync() => PostAsync("purge?queue=q");

    /// <summary>Sets the queue's figures to zero.</summary>
    public Task ResetAsync() => PostAsync("reset-stats?queue=q");

    public async Task<QueueState> ReadAsync() =>
        await _http.GetFromJsonAsync<QueueState>($"{_control}/stats?queue=q") ?? throw new InvalidOperationException("The emulator told nothing.");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private Task FillAsync(string query) => PostAsync("fill?queue=q&" + query);

    private async Task PostAsync(string route)
    {
        using var response = await _http.PostAsync(new Uri($"{_control}/{route}"), null);
        response.EnsureSuccessStatusCode();
    }
}
