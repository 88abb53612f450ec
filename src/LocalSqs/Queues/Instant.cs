namespace LocalSqs.Queues;

/// <summary>One moment on both clocks: the monotonic one that timeouts run on, and the calendar the messages show.</summary>
/// <param name="Ticks">Monotonic, in units of 100 ns since the server started.</param>
/// <param name="UnixMs">Milliseconds since the Unix epoch.</param>
internal readonly record struct Instant(long Ticks, long UnixMs);
