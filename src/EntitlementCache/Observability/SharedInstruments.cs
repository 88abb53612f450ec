using EntitlementCache.EdgeApi;
using EntitlementCache.Observability.Definitions;
using EntitlementCache.Redis;

namespace EntitlementCache.Observability;

/// <summary>The instruments of what this library does by itself. A program's own catalogue lists them among its own; see there for the rules.</summary>
internal static class SharedInstruments
{
    public static readonly LabelDefinition Problems = new("problem", "What was left out.", "callback_failed");

    public static readonly CounterDefinition ExpositionProblems = new(
        "metrics_exposition_problems_total", "{problem}", "Values that could not be read for this page and are left out.", Problems);

    public static readonly LabelDefinition ConnectResults = new("result", "Whether the connection became fit for work.", "ready", "failed");

    public static readonly CounterDefinition RedisConnects = new(
        "persistent_cache_redis_connects_total", "{attempt}", "Attempts to connect to Redis, by result.", ConnectResults);

    public static readonly LabelDefinition RedisErrorKinds = LabelDefinition.Of<RedisFailureKind>("kind", "Why the command or the connection failed.");

    public static readonly CounterDefinition RedisErrors = new(
        "persistent_cache_redis_errors_total", "{error}", "Failed Redis commands and connections, by kind of error.", RedisErrorKinds);

    // A round trip is 0.05..1 ms on a good network; the timeout is some seconds.
    public static readonly HistogramDefinition RedisCommandDuration = new(
        "persistent_cache_redis_command_duration_seconds", "s", "Time from handing a command over to its reply.",
        .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10);

    public static readonly LabelDefinition EdgeResults = LabelDefinition.Of<EdgeResult>("result", "How the call ended.");

    public static readonly CounterDefinition EdgeCalls = new(
        "persistent_cache_edge_calls_total", "{call}", "Calls to the Edge API by result: ok, not_found, or why they failed.", EdgeResults);

    public static readonly HistogramDefinition EdgeCallDuration = new(
        "persistent_cache_edge_call_duration_seconds", "s", "Time of one call to the Edge API.", .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30);
}
