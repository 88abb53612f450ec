using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;

namespace EntitlementCache.Aws;

/// <summary>A GET request that is signed in its query (Signature Version 4), by the SDK's own signer.</summary>
internal static class PresignedUrl
{
    /// <summary>Signs a request.</summary>
    /// <param name="address">Host and path.</param>
    /// <param name="parameters">Of the query.</param>
    /// <param name="scope">Service and region of the signature.</param>
    /// <param name="lifetime">How long it holds; AWS counts whole seconds.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="now">From when on it holds.</param>
    /// <returns>The URL without its scheme: host, path and query.</returns>
    public static string Create(
        Uri address, IEnumerable<KeyValuePair<string, string>> parameters, (string Service, string Region) scope, TimeSpan lifetime, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var request = new DefaultRequest(new NoRequest(), scope.Service) { HttpMethod = "GET", UseQueryString = true, Endpoint = new Uri(address, "/"), ResourcePath = address.AbsolutePath };
        foreach (var (name, value) in parameters)
        {
            request.Parameters.Add(name, value);
        }

        request.Parameters.Add("X-Amz-Expires", ((long)lifetime.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (credentials.UseToken)
        {
            request.Parameters.Add("X-Amz-Security-Token", credentials.Token);
        }

        var signature = AWS4PreSignedUrlSigner.SignRequest(
            request, clientConfig: null, new RequestMetrics(), credentials.AccessKey, credentials.SecretKey, scope.Service, scope.Region, now.UtcDateTime);
        var url = AmazonServiceClient.ComposeUrl(request);
        return $"{url.Authority}{url.PathAndQuery}&{signature.ForQueryParameters}";
    }

    /// <summary>The SDK wants to know which of its requests is signed: this is none of them.</summary>
    private sealed class NoRequest : AmazonWebServiceRequest;
}
