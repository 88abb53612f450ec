namespace PersistentCacheService.Sweeping;

/// <summary>This process does the sweep no longer: its lease expired, another process has it, or the sweep was removed.</summary>
internal sealed class SweepLostException() : Exception("The lease of the sweep was lost.");
