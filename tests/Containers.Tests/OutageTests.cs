namespace Containers.Tests;

/// <summary>Redis is away, or refuses writes, for some visibility timeouts; each engine and version says so in its own words. Nothing is lost, and nothing becomes a dead letter.</summary>
[Collection(ContainerCollection.Name)]
public sealed class OutageTests(Outages outages) : IClassFixture<Outages>
{
    [SkippableFact]
    public Task Redis_stops_and_starts_empty() => outages.Stop;

    [SkippableFact]
    public Task Redis_freezes_with_its_connections_open() => outages.Freeze;

    [SkippableFact]
    public Task Redis_is_out_of_memory() => outages.OutOfMemory;

    [SkippableFact]
    public Task Redis_is_demoted_to_a_replica_and_promoted_again() => outages.Demotion;
}
