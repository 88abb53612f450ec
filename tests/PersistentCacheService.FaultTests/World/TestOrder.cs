[assembly: Xunit.TestCollectionOrderer("PersistentCacheService.IntegrationTests.LongTestsFirst", "PersistentCacheService.FaultTests")]
