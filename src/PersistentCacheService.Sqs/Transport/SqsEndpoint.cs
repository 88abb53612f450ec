using Amazon;
using Amazon.SQS;

namespace PersistentCacheService.Sqs.Transport;

/// <summary>Where requests go.</summary>
/// <param name="Uri">The origin with path <c>/</c>.</param>
/// <param name="Host">Value of the header Host, as the signature has it.</param>
internal sealed record SqsEndpoint(Uri Uri, string Host)
{
    /// <summary>The endpoint of a service URL, or of the origin of a queue URL.</summary>
    /// <exception cref="ArgumentException">It is no http or https URL.</exception>
    public static SqsEndpoint OfUrl(string url, string what)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"{what} is not an absolute http or https URL.", what);
        }

        return new SqsEndpoint(new Uri(uri.GetLeftPart(UriPartial.Authority) + "/"), uri.Authority);
    }

    /// <summary>AWS's endpoint of a region, in the region's partition.</summary>
    public static SqsEndpoint OfRegion(RegionEndpoint region) =>
        OfUrl($"https://sqs.{region.SystemName}.{region.PartitionDnsSuffix}/", nameof(AmazonSQSConfig.RegionEndpoint));
}
