using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LocalSqs.Authentication;

namespace LocalSqs.Tests.Authentication;

/// <summary>Signs requests after AWS's description of Signature Version 4, for tests that send what no client would.</summary>
internal static class RequestSigner
{
    public static HttpRequestMessage Sign(string serviceUrl, string operation, string body, SigningCredentials pair, DateTimeOffset time)
    {
        var stamp = time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = "AmazonSQS." + operation;
        var canonical = $"POST\n/\n\nhost:{new Uri(serviceUrl).Authority}\nx-amz-date:{stamp}\nx-amz-target:{target}\n\nhost;x-amz-date;x-amz-target\n{Hash(body)}";
        var scope = $"{stamp[..8]}/us-east-1/sqs/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + pair.SecretKey);
        foreach (var part in scope.Split('/'))
        {
            key = Hmac(key, part);
        }

        var signature = Convert.ToHexStringLower(Hmac(key, $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(canonical)}"));
        var request = new HttpRequestMessage(HttpMethod.Post, serviceUrl + "/") { Content = new StringContent(body) };
        request.Headers.Add("X-Amz-Date", stamp);
        request.Headers.Add("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={pair.AccessKey}/{scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature={signature}");
        return request;
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
