using System.Runtime.CompilerServices;
using EntitlementCache.Hosting;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.Check;

/// <summary><c>check</c>: tries all the worker needs, one line each with a remedy. As an init container it keeps a worker that cannot work from starting.</summary>
internal static class CheckCommand
{
    /// <summary>Tries everything and prints the findings in a fixed order.</summary>
    /// <returns>0: the worker can work; 69: something is unavailable at the moment; 78: the configuration is wrong.</returns>
    public static async Task<int> RunAsync(CommandLine line, CommandContext context, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        await foreach (var finding in TryAsync(context, cancellationToken))
        {
            found.Add(finding);
            if (!line.Json)
            {
                await context.Output.WriteLineAsync(finding.ToString());
            }
        }

        if (line.Json)
        {
            await context.Output.WriteLineAsync(Json(found));
        }

        return found.Max(static finding => finding.Severity) switch
        {
            Severity.Misconfigured => ExitCodes.WrongConfiguration,
            Severity.Unavailable => ExitCodes.Unavailable,
            _ => ExitCodes.Stopped,
        };
    }

    private static async IAsyncEnumerable<Finding> TryAsync(CommandContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = SettingsReader.Read(context.Environment);
        if (reading.Settings is not { } settings)
        {
            foreach (var problem in reading.Problems)
            {
                yield return new Finding(Severity.Misconfigured, "settings", problem);
            }

            yield break;
        }

        yield return Finding.Ok("settings", $"all are valid; layout {settings.Cache.Layout.ToString().ToLowerInvariant()}, prefix {settings.Cache.EnvironmentPrefix}");
        foreach (var warning in reading.Warnings)
        {
            yield return new Finding(Severity.Warning, "settings", warning);
        }

        // All at once: an unreachable network would else cost the sum of all deadlines.
        Task<IReadOnlyList<Finding>>[] trials =
        [
            NameTrial.RunAsync(settings, cancellationToken),
            SentinelTrial.RunAsync(settings.Redis, context.Time, cancellationToken),
            RedisTrial.RunAsync(settings, context.Time, cancellationToken),
            .. settings.Queues.Select(queue => QueueTrial.RunAsync(queue, settings.EdgeApi, cancellationToken)),
            EdgeTrial.RunAsync(settings.EdgeApi, context.Time, cancellationToken),
        ];
        foreach (var trial in trials)
        {
            foreach (var finding in await trial)
            {
                yield return finding;
            }
        }
    }

    private static string Json(List<Finding> found) => JsonResult.Object(json =>
    {
        json.WriteStartArray("findings");
        foreach (var finding in found)
        {
            json.WriteStartObject();
            json.WriteString("result", finding.Severity.ToString().ToLowerInvariant());
            json.WriteString("subject", finding.Subject);
            json.WriteString("text", finding.Text);
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
