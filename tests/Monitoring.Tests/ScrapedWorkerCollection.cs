namespace Monitoring.Tests;

/// <summary>All tests about the page share one worker.</summary>
[CollectionDefinition(nameof(ScrapedWorker))]
public sealed class ScrapedWorkerCollection : ICollectionFixture<ScrapedWorker>;
