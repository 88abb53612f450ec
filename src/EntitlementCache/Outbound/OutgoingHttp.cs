namespace EntitlementCache.Outbound;

/// <summary>What all outgoing HTTP has in common: SQS, STS, the Edge API, Sentry and OTLP are reached by the same rules.</summary>
internal static class OutgoingHttp
{
    // DNS is asked again when a connection is made, so none lives forever; a call under way is not cut by it.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A handler that goes through the environment's proxies (HTTPS_PROXY, HTTP_PROXY, NO_PROXY as .NET reads them) and tries the addresses of a name, or of
    /// the proxy's, side by side.
    /// </summary>
    /// <param name="connectTimeout">For one connection: DNS, TCP, the proxy's tunnel and TLS.</param>
    public static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        // A redirect would carry keys to another host.
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectTimeout = connectTimeout,
        ConnectCallback = (context, cancellationToken) => new ValueTask<Stream>(SideBySide.ConnectAsync(
            context.DnsEndPoint.Host, context.DnsEndPoint.Port, prepare: null, connectTimeout, TimeProvider.System, cancellationToken)),
    };

    /// <summary>Makes <see cref="EnvironmentProxy"/> the proxy of every client of the process. Call it before the first one is made.</summary>
    public static void PrepareProxy() => HttpClient.DefaultProxy = new EnvironmentProxy(HttpClient.DefaultProxy, Environment.GetEnvironmentVariable);
}
