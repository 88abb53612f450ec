using LocalSqs.Faults;
using TestKit.Faults;

namespace OperationsDrill;

/// <summary>The five accidents. Each lasts a little longer than its alert's rule waits.</summary>
internal static class Accidents
{
    private const string MistypedQueue = "updatez";

    public static readonly IReadOnlyList<Accident> All =
    [
        new(
            "redis-down", "Redis is down", "redis-server is killed under a trickle of messages and started again, empty, after four minutes.",
            "PersistentCacheRedisDisconnected",
            "redis-server is killed", static scene => scene.Redis.KillAsync(), TimeSpan.FromMinutes(4),
            "redis-server is started again", static scene => scene.Redis.RestartAsync())
        {
            Aftermath = "PersistentCacheRedisWiped",
        },
        new(
            "wrong-queue", "The queue does not exist", "`QUEUE_URL` names a queue that does not exist. After eight minutes it is created.",
            "PersistentCacheQueueMisconfigured",
            null, static _ => Task.CompletedTask, TimeSpan.FromMinutes(8),
            "the queue is created", static scene => Task.FromResult(scene.Sqs.CreateQueue(MistypedQueue)))
        {
            QueueName = MistypedQueue,
        },
        new(
            "expired-credentials", "The credentials expire",
            "From one moment on the queue answers every call with `ExpiredToken`; five minutes later new credentials are written into the file the worker reads them from.",
            "PersistentCacheQueueMisconfigured",
            "the session token expires", static scene => Task.FromResult(scene.Sqs.Faults.Inject(SqsFaultKind.ExpiredCredentials)), TimeSpan.FromMinutes(5),
            "the credentials are renewed",
            static scene =>
            {
                scene.Sqs.Faults.Clear();
                return scene.WriteCredentialsAsync("AKIDRENEWED");
            }),
        new(
            "edge-api-down", "The Edge API is down",
            "The Edge API takes no connections for seven minutes. Two in five of the messages are webhooks that carry only an id; the others have full payloads.",
            "PersistentCacheEdgeApiFailing",
            "the Edge API stops answering", static scene => Apply(scene, new FaultPlan { Connect = ConnectFault.Refuse, ResetOpen = true }), TimeSpan.FromMinutes(7),
            "the Edge API answers again", static scene => Apply(scene, FaultPlan.None))
        {
            SendsWebhooks = true,
        },
        new(
            "poison-flood", "A flood of poison", "For eight minutes, seven in eight messages are cut off in the middle.",
            "PersistentCacheMalformedMessages",
            "the flood begins", static scene => Flood(scene, true), TimeSpan.FromMinutes(8),
            "the flood ends", static scene => Flood(scene, false)),
    ];

    private static Task Apply(Scene scene, FaultPlan plan)
    {
        scene.WayToEdge.Apply(plan);
        return Task.CompletedTask;
    }

    private static Task Flood(Scene scene, bool isOn)
    {
        scene.IsFlooded = isOn;
        return Task.CompletedTask;
    }
}
