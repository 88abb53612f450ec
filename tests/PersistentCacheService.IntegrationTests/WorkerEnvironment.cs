using System.Globalization;
using TestKit;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Environment variables of a worker under test.</summary>
internal static class WorkerEnvironment
{
    /// <summary>The API key of every worker under test; must never be printed.</summary>
    public const string ApiKey = "server-api-key-d41c";

    /// <summary>Variables for a queue and a Redis; UPSERT, batches of ten, no error reporting.</summary>
    public static Dictionary<string, string?> For(string queueUrl, RedisServer redis) => For(queueUrl, redis.Host, redis.Port);

    /// <inheritdoc cref="For(string, RedisServer)"/>
    public static Dictionary<string, string?> For(string queueUrl, string redisHost, int redisPort) => new()
    {
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "AKIDTEST",
        ["AWS_SECRET_ACCESS_KEY"] = "secret-access-key-7b0e",
        ["QUEUE_URL"] = queueUrl,
        ["SERVER_API_KEY"] = ApiKey,
        ["REDIS_HOST"] = redisHost,
        ["REDIS_PORT"] = redisPort.ToString(CultureInfo.InvariantCulture),
        ["CACHE_UPDATE_POLICY"] = "UPSERT",
        ["BATCH_SIZE"] = "10",
        ["DISABLE_SENTRY"] = "1",
    };

    /// <summary>The same with further or other values.</summary>
    public static Dictionary<string, string?> With(this Dictionary<string, string?> environment, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>The same without one of them.</summary>
    public static Dictionary<string, string?> Without(this Dictionary<string, string?> environment, string name) =>
        environment.Where(variable => variable.Key != name).ToDictionary(StringComparer.Ordinal);
}
