using System.Text;
using Amazon.Runtime.Internal.Auth;
using PersistentCacheService.Sqs.Signing;

namespace PersistentCacheService.Sqs.Tests.Signing;

public sealed class SigV4Tests
{
    // The worked example of AWS's "Signature Version 4 signing process".
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Scope = "20150830/us-east-1/iam/aws4_request";
    private const string Timestamp = "20150830T123600Z";
    private static readonly DateOnly Day = new(2015, 8, 30);
    private static readonly string CanonicalRequest = string.Join(
        '\n',
        "GET",
        "/",
        "Action=ListUsers&Version=2010-05-08",
        "content-type:application/x-www-form-urlencoded; charset=utf-8",
        "host:iam.amazonaws.com",
        "x-amz-date:20150830T123600Z",
        "",
        "content-type;host;x-amz-date",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    [Fact]
    public void Signing_key_is_that_of_the_published_example()
    {
        var key = SigningKey.Derive(Secret, Day, "us-east-1", "iam");
        Assert.Equal("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9", Convert.ToHexStringLower(key.Bytes));
    }

    [Fact]
    public void Hash_of_the_canonical_request_is_that_of_the_published_example()
    {
        var hash = new byte[SigV4.HexHashLength];
        SigV4.WriteHash(Encoding.UTF8.GetBytes(CanonicalRequest), hash);
        Assert.Equal("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59", Encoding.ASCII.GetString(hash));
    }

    [Fact]
    public void Signature_is_that_of_the_published_example()
    {
        var signature = new byte[SigV4.HexHashLength];
        var key = SigningKey.Derive(Secret, Day, "us-east-1", "iam");
        SigV4.Sign(key.Bytes, Timestamp, Scope, Encoding.UTF8.GetBytes(CanonicalRequest), signature);
        Assert.Equal("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", Encoding.ASCII.GetString(signature));
    }

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("cn-northwest-1")]
    [InlineData("a-region-of-the-future-with-a-very-long-name-1")]
    public void Signing_key_is_that_of_the_official_sdk(string region)
    {
        var expected = AWS4Signer.ComposeSigningKey(Secret, region, "20260229", "sqs");
        var key = SigningKey.Derive(Secret, DateOnly.FromDateTime(new DateTime(2026, 2, 28, 0, 0, 0, DateTimeKind.Utc)), region, "sqs");
        Assert.NotEqual(expected, key.Bytes.ToArray());
        Assert.Equal(AWS4Signer.ComposeSigningKey(Secret, region, "20260228", "sqs"), key.Bytes.ToArray());
    }
}
