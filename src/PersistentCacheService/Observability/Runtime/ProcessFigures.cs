namespace PersistentCacheService.Observability.Runtime;

/// <summary>What the operating system knows about this process at one moment.</summary>
/// <param name="VirtualBytes">Address space.</param>
/// <param name="ResidentBytes">Memory held in RAM.</param>
/// <param name="PrivateBytes">Data segment: memory that is not shared.</param>
/// <param name="Threads">Operating system threads.</param>
/// <param name="OpenFiles">Open file descriptors, sockets included.</param>
internal readonly record struct ProcessFigures(long VirtualBytes, long ResidentBytes, long PrivateBytes, int Threads, int OpenFiles);
