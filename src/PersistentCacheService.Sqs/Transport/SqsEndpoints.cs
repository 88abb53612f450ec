using Amazon.SQS;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>Chooses the endpoint of a request: the configured service URL, else the origin of the request's queue URL, else the region's own.</summary>
internal sealed class SqsEndpoints
{
    private readonly SqsEndpoint? _configured;
    private readonly SqsEndpoint? _regional;

    // A client mostly has one queue.
    private volatile Known? _latest;

    /// <exception cref="ArgumentException">The service URL is not one, or has a path or a query: requests go to <c>/</c>.</exception>
    public SqsEndpoints(AmazonSQSConfig config)
    {
        if (config.ServiceURL is { } url)
        {
            _configured = SqsEndpoint.OfUrl(url, nameof(config.ServiceURL));
            if (new Uri(url).PathAndQuery != "/")
            {
                throw new ArgumentException("ServiceURL is an origin (http://host:port), without a path.", nameof(config));
            }
        }
        else if (config.RegionEndpoint is { } region)
        {
            _regional = SqsEndpoint.OfRegion(region);
        }
    }

    /// <summary>The endpoint for a request to <paramref name="queueUrl"/> (null: a request that names no queue by URL).</summary>
    /// <exception cref="ArgumentException">There is none: neither a URL nor a region is known.</exception>
    public SqsEndpoint For(string? queueUrl)
    {
        if (_configured is not null)
        {
            return _configured;
        }

        if (queueUrl is null)
        {
            return _regional ?? throw new ArgumentException("A request without QueueUrl needs AmazonSQSConfig.ServiceURL or RegionEndpoint.", nameof(queueUrl));
        }

        var known = _latest;
        if (known is null || known.QueueUrl != queueUrl)
        {
            _latest = known = new Known(queueUrl, SqsEndpoint.OfUrl(queueUrl, "QueueUrl"));
        }

        return known.Endpoint;
    }

    private sealed record Known(string QueueUrl, SqsEndpoint Endpoint);
}
