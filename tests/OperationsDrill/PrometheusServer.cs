using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using TestKit;
using TestKit.Processes;

namespace OperationsDrill;

/// <summary>A Prometheus of our own with the rules as they are, one job for each worker.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;
    private readonly string _directory;

    private PrometheusServer(ChildProcess process, HttpClient http, string directory)
    {
        _process = process;
        _http = http;
        _directory = directory;
    }

    /// <summary>Starts it.</summary>
    /// <param name="targets">Job and port of each worker.</param>
    /// <param name="scrapeSeconds">Seconds between two scrapes.</param>
    public static async Task<PrometheusServer> StartAsync(IEnumerable<(string Job, int Port)> targets, int scrapeSeconds = 5)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("operations-drill-").FullName;
        var file = Path.Combine(directory, "prometheus.yml");
        await File.WriteAllTextAsync(file, $$"""
            global: { scrape_interval: {{scrapeSeconds}}s, evaluation_interval: {{scrapeSeconds}}s }
            rule_files: ["{{RepositoryRoot.File("deploy", "prometheus", "rules.yaml")}}"]
            scrape_configs:

            """ + string.Concat(targets.Select(static target => string.Create(
                CultureInfo.InvariantCulture, $"  - {{ job_name: {target.Job}, static_configs: [ {{ targets: [\"127.0.0.1:{target.Port}\"] }} ] }}\n"))));
        var address = $"127.0.0.1:{FreePort.Next()}";
        var process = await ChildProcess.StartAsync(new ChildProcessSpec(
            "prometheus", $"--config.file={file}", $"--storage.tsdb.path={directory}", $"--web.listen-address={address}"));
        var http = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(10) };
        await Eventually.HoldsAsync(
            () => process.HasExited || process.Errors.Any(static line => line.Contains("Server is ready", StringComparison.Ordinal)), "Prometheus is ready", TimeSpan.FromSeconds(60));
        return process.HasExited ? throw new InvalidOperationException(process.Describe("has ended")) : new PrometheusServer(process, http, directory);
    }

    /// <summary>The pending and firing alerts of a job.</summary>
    public async Task<IReadOnlyList<ObservedAlert>> AlertsAsync(string job)
    {
        var answer = await _http.GetFromJsonAsync<JsonElement>("/api/v1/alerts");
        return [.. answer.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(ObservedAlert.From).Where(alert => alert.Job == job)];
    }

    /// <summary>The values of a query over time: <c>data.result</c> of <c>/api/v1/query_range</c>.</summary>
    /// <exception cref="HttpRequestException">Prometheus refuses the query.</exception>
    public async Task<JsonElement> RangeAsync(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        static string Seconds(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
        var range = $"start={Seconds(from.ToUnixTimeMilliseconds() / 1e3)}&end={Seconds(to.ToUnixTimeMilliseconds() / 1e3)}&step={Seconds(step.TotalSeconds)}";
        var answer = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/query_range?query={Uri.EscapeDataString(query)}&{range}");
        return answer.GetProperty("data").GetProperty("result");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }
}
