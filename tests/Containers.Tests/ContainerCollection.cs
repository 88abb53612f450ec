namespace Containers.Tests;

/// <summary>The tests that share the daemon and the queues' container; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerCollection : ICollectionFixture<ContainerFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "containers";
}
