using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TestKit.Credentials;

namespace TestKit.Iam;

/// <summary>What AWS looks at in an IAM token for Redis, computed from the published description of Signature Version 4 and without any code of the product or of the SDK.</summary>
/// <param name="User">Whom it must be for.</param>
/// <param name="Cluster">Which cluster it must be for.</param>
/// <param name="Service">Service of the signature.</param>
/// <param name="Region">Region of the signature.</param>
public sealed record IamTokenCheck(string User, string Cluster, string Service, string Region)
{
    // AWS allows 5 minutes between the clocks.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Whether the token must be for a serverless cache.</summary>
    public bool IsServerless { get; init; }

    /// <summary>Why AWS would refuse the token; null: it would take it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="keys">Whose signature it must have.</param>
    /// <param name="now">The time at AWS.</param>
    public string? Problem(string token, TestKeys keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(keys);
        var parts = token.Split("/?");
        if (parts.Length != 2 || parts[0] != Cluster)
        {
            return "it is not for this cluster";
        }

        var parameters = parts[1].Split('&').Select(static part => part.Split('=', 2)).ToDictionary(static part => part[0], static part => Uri.UnescapeDataString(part[1]), StringComparer.Ordinal);
        var expected = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Action"] = "connect",
            ["User"] = User,
            ["ResourceType"] = IsServerless ? "ServerlessCache" : null,
            ["X-Amz-Algorithm"] = "AWS4-HMAC-SHA256",
            ["X-Amz-Expires"] = "900",
            ["X-Amz-SignedHeaders"] = "host",
            ["X-Amz-Security-Token"] = keys.Token,
        };
        if (expected.FirstOrDefault(one => parameters.GetValueOrDefault(one.Key) != one.Value) is { Key: { } wrong })
        {
            return $"its {wrong} is wrong";
        }

        var date = parameters["X-Amz-Date"];
        var signedAt = DateTimeOffset.ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (now < signedAt - Skew || now > signedAt + TimeSpan.FromSeconds(900))
        {
            return "its time is over, or has not come";
        }

        return parameters["X-Amz-Signature"] == Signature(parts[0], parameters, keys, date) ? null : "its signature is wrong";
    }

    private string Signature(string host, Dictionary<string, string> parameters, TestKeys keys, string date)
    {
        var scope = $"{date[..8]}/{Region}/{Service}/aws4_request";
        if (parameters["X-Amz-Credential"] != $"{keys.AccessKey}/{scope}")
        {
            return "none of this key and scope";
        }

        var query = string.Join('&', parameters.Where(static one => one.Key != "X-Amz-Signature").OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"));
        var request = $"GET\n/\n{query}\nhost:{host}\n\nhost\n{Hex(SHA256.HashData([]))}";
        var key = new[] { date[..8], Region, Service, "aws4_request" }.Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey), static (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}")));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
