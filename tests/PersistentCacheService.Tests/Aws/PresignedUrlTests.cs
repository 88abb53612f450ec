using Amazon.Runtime;
using EntitlementCache.Aws;

namespace PersistentCacheService.Tests.Aws;

/// <summary>Signatures against the ones that AWS has published.</summary>
public sealed class PresignedUrlTests
{
    // "Signature Version 4 test suite" (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4): get-vanilla, get-vanilla-with-session-token, and
    // get-vanilla-query-order-key-case, each in its form for a signature in the query.
    [Theory]
    [InlineData("", null, "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d")]
    [InlineData("", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267", "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c")]
    [InlineData("Param2=value2 Param1=value1", null, "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5")]
    public void The_vectors_of_the_test_suite(string parameters, string? token, string signature)
    {
        var url = PresignedUrl.Create(
            new Uri("https://example.amazonaws.com/"),
            parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static one => KeyValuePair.Create(one.Split('=')[0], one.Split('=')[1])),
            ("service", "us-east-1"),
            TimeSpan.FromHours(1),
            new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token),
            new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.StartsWith("example.amazonaws.com/?", url, StringComparison.Ordinal);
        Assert.EndsWith($"&X-Amz-Signature={signature}", url, StringComparison.Ordinal);
        Assert.Equal(token is not null, url.Contains($"&X-Amz-Security-Token={token}&", StringComparison.Ordinal));
    }

    // Amazon S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)": the example of a GET that holds for a day.
    [Fact]
    public void The_example_of_the_documentation_of_signed_queries() => Assert.Equal(
        "examplebucket.s3.amazonaws.com/test.txt?X-Amz-Expires=86400&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        PresignedUrl.Create(
            new Uri("https://examplebucket.s3.amazonaws.com/test.txt"),
            [],
            ("s3", "us-east-1"),
            TimeSpan.FromDays(1),
            new ImmutableCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", token: null),
            new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero)));
}
