using System.Text.Json;
using EntitlementCache.Settings;
using PersistentCacheService.Settings;

namespace PersistentCacheService.Commands.DeadLetters;

/// <summary>Names of queues in ARNs and URLs.</summary>
internal static class DeadLetterAddress
{
    /// <summary>The dead-letter queue that a redrive policy names; null: none.</summary>
    /// <param name="redrivePolicy">The attribute, JSON.</param>
    public static string? TargetArn(string? redrivePolicy)
    {
        if (string.IsNullOrEmpty(redrivePolicy))
        {
            return null;
        }

        try
        {
            using var policy = JsonDocument.Parse(redrivePolicy);
            return policy.RootElement.ValueKind == JsonValueKind.Object && policy.RootElement.TryGetProperty("deadLetterTargetArn", out var arn) && arn.ValueKind == JsonValueKind.String
                ? arn.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The queue's name.</summary>
    public static string NameOf(string arn) => arn[(arn.LastIndexOf(':') + 1)..];

    /// <summary>
    /// The URL of a queue beside another one. A dead-letter queue is in the account and region of its source (SQS demands it), so only the last part differs.
    /// </summary>
    public static Uri Beside(Uri queue, string name) => new($"{queue.AbsoluteUri[..(queue.AbsoluteUri.LastIndexOf('/') + 1)]}{Uri.EscapeDataString(name)}");

    /// <summary>The name in a queue's URL.</summary>
    public static string NameOf(Uri queue) => Uri.UnescapeDataString(queue.Segments[^1].TrimEnd('/'));

    /// <summary>Reads the variables; what <c>--queue-url</c> names stands in for a QUEUE_URL that is not set.</summary>
    public static (QueueSettings? Settings, EdgeApiSettings? EdgeApi, bool IsMainKnown, IReadOnlyList<string> Problems) ReadSettings(Func<string, string?> environment, DeadLetterOptions options)
    {
        var name = Variables.QueueUrl.Name;
        var queueUrl = options.QueueUrl;
        var isMainKnown = queueUrl is null || !string.IsNullOrWhiteSpace(environment(name));
        var (queues, edge, problems) = SettingsReader.ReadQueueAccess(variable => variable == name && !isMainKnown ? queueUrl!.AbsoluteUri : environment(variable));
        if (queues is null)
        {
            return (null, null, isMainKnown, problems);
        }

        var meant = queues.Where(queue => options.MainQueue is null || queue.Name == options.MainQueue).ToList();
        return meant is [var settings]
            ? (settings, edge, isMainKnown, [])
            : (null, null, isMainKnown, [$"{name} lists {string.Join(", ", queues.Select(static queue => queue.Name))}; say --queue with one of them."]);
    }
}
