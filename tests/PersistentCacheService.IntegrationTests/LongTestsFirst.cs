using Xunit.Abstractions;

namespace PersistentCacheService.IntegrationTests;

/// <summary>Lets the collections that wait long begin first, so that the others run meanwhile and nobody waits for a straggler.</summary>
public sealed class LongTestsFirst : ITestCollectionOrderer
{
    /// <summary>Beginning of the names of such collections.</summary>
    public const string Prefix = "long: ";

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(static collection => collection.DisplayName.StartsWith(Prefix, StringComparison.Ordinal) ? 0 : 1);
}
