using Amazon.SQS;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>The connection pool of a client.</summary>
internal static class SqsHttpHandler
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);

    // DNS is looked at again when a connection is made, so none lives for ever; a long poll under way is not cut by it.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    // Shorter than any load balancer's own limit, so that we close first and do not write into a closing connection.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>HTTP/1.1, no redirects, cookies, decompression, tracing headers or proxies from the environment.</summary>
    public static SocketsHttpHandler Create(AmazonSQSConfig config) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectTimeout = config.ConnectTimeout ?? DefaultConnectTimeout,
        PooledConnectionIdleTimeout = IdleTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        Proxy = config.Proxy,
        UseCookies = false,
        UseProxy = config.Proxy is not null,
    };
}
