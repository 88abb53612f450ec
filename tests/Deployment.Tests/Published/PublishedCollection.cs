namespace Deployment.Tests.Published;

/// <summary>The tests that share one published executable.</summary>
[CollectionDefinition(Name)]
public sealed class PublishedCollection : ICollectionFixture<PublishedWorker>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "published worker";
}
