using System.Globalization;
using EntitlementCache.Hosting;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands;

/// <summary><c>healthcheck</c>: the probe for where there is no shell and no curl.</summary>
internal static class HealthcheckCommand
{
    // Docker and Kubernetes give a probe some seconds; a worker that does not answer in this time is not well.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    /// <summary>Asks the worker on this machine and prints its answer.</summary>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        var (port, problems) = SettingsReader.ReadPort(context.Environment);
        if (problems.Count > 0)
        {
            await context.Errors.WriteLineAsync(problems[0]);
            return ExitCodes.WrongConfiguration;
        }

        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{(line.Live ? "livez" : "readyz")}");
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = Deadline };
        try
        {
            using var response = await http.GetAsync(new Uri(url), cancellationToken);
            await context.Output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? ExitCodes.Stopped : ExitCodes.Crashed;
        }
        catch (HttpRequestException exception)
        {
            await TellAsync(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await TellAsync($"no answer within {Deadline.TotalSeconds:0} s");
        }

        return ExitCodes.Crashed;

        // The worker's answer is JSON; in its place comes JSON, where that is wanted.
        Task TellAsync(string reason) => line.Json
            ? context.Output.WriteLineAsync(JsonResult.Object(json =>
            {
                json.WriteString("status", "DOWN");
                json.WriteString("reason", $"{url}: {reason}");
            }))
            : context.Errors.WriteLineAsync($"{url}: {reason}");
    }
}
