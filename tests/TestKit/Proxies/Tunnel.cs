namespace TestKit.Proxies;

/// <summary>Bytes from one connection to another and back.</summary>
internal static class Tunnel
{
    /// <summary>Passes them on until one of the two ends.</summary>
    public static async Task PipeAsync(Stream near, Stream far, CancellationToken stopping)
    {
        var first = await Task.WhenAny(near.CopyToAsync(far, stopping), far.CopyToAsync(near, stopping));
        await first;
    }
}
