namespace EntitlementCache.Settings;

/// <summary>What the IAM tokens for Redis are signed for (<c>REDIS_AUTH=iam</c>).</summary>
/// <param name="Service">Name of the service in the signature: <c>elasticache</c> or <c>memorydb</c>.</param>
/// <param name="IsServerless">It is a serverless cache of ElastiCache.</param>
/// <param name="Cluster">Name of the replication group, serverless cache or cluster, in lower case as AWS keeps it.</param>
/// <param name="Region">AWS region of it.</param>
internal sealed record RedisIamSettings(string Service, bool IsServerless, string Cluster, string Region)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"{Service}{(IsServerless ? " serverless" : "")} {Cluster} in {Region}";
}
