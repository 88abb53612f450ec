using System.Net;
using EntitlementCache.Outbound;

namespace PersistentCacheService.Tests.Outbound;

public sealed class EnvironmentProxyTests
{
    private static readonly Uri Proxy = new("http://proxy.example:3128");

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://169.254.170.23/v1/credentials")]
    [InlineData("http://[fd00:ec2::23]/v1/credentials")]
    [InlineData("http://169.254.170.2/v2/credentials/x")]
    [InlineData("http://localhost:1234/get")] // AWS_CONTAINER_CREDENTIALS_FULL_URI
    [InlineData("http://127.0.0.1:1338/latest/api/token")] // AWS_EC2_METADATA_SERVICE_ENDPOINT
    public void What_belongs_to_the_node_is_called_directly(string url)
    {
        var proxy = Exemption();
        Assert.True(proxy.IsBypassed(new Uri(url)));
        Assert.Null(proxy.GetProxy(new Uri(url)));
    }

    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/")]
    [InlineData("https://sts.us-east-1.amazonaws.com/")]
    [InlineData("http://collector:4318/v1/metrics")]
    [InlineData("http://127.0.0.1:1339/")]
    [InlineData("http://localhost/")]
    [InlineData("http://169.255.0.1/")]
    [InlineData("http://[fd00:ec3::1]/")]
    public void All_else_is_the_environments_decision(string url)
    {
        var proxy = Exemption();
        Assert.False(proxy.IsBypassed(new Uri(url)));
        Assert.Equal(Proxy, proxy.GetProxy(new Uri(url)));
    }

    [Fact]
    public void The_proxys_password_is_in_its_credentials_only()
    {
        var credentials = new NetworkCredential("user", "password");
        var proxy = new EnvironmentProxy(new WebProxy("http://user:password@proxy.example:3128") { Credentials = credentials }, static _ => null);
        Assert.Equal("http://proxy.example:3128/", proxy.GetProxy(new Uri("https://sqs.us-east-1.amazonaws.com/"))?.AbsoluteUri);
        Assert.Same(credentials, proxy.Credentials);
    }

    private static EnvironmentProxy Exemption() => new(new WebProxy(Proxy), static name => name switch
    {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI" => "http://localhost:1234/get",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT" => "http://127.0.0.1:1338",
        _ => null,
    });
}
