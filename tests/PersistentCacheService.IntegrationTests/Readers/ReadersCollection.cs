namespace PersistentCacheService.IntegrationTests.Readers;

/// <summary>Tests that share the readers' processes; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ReadersCollection : ICollectionFixture<ReadersFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Readers";
}
