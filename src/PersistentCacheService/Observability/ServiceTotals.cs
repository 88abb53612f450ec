namespace PersistentCacheService.Observability;

/// <summary>Counts since the start of the process.</summary>
/// <param name="Processed">Messages processed to their end and acknowledged.</param>
/// <param name="Malformed">Deliveries of malformed messages.</param>
/// <param name="Failed">Messages not applied this time.</param>
/// <param name="Writes">Writes to Redis that ended well.</param>
/// <param name="WriteSeconds">Time they took together.</param>
/// <param name="ReceiveFailures">Receive calls that failed.</param>
internal readonly record struct ServiceTotals(double Processed, double Malformed, double Failed, double Writes, double WriteSeconds, double ReceiveFailures);
