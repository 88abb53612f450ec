using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

/// <summary>What the settings know about AWS_REGION before AWS answers with a signature error that does not name it.</summary>
public sealed class AwsRegionTests
{
    private const string Queue = "https://sqs.us-east-1.amazonaws.com/123456789012/q";

    [Theory]
    [InlineData("us-east-1", Queue)]
    [InlineData("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/1/q")]
    [InlineData("us-gov-west-1", "https://sqs.us-gov-west-1.amazonaws.com/1/q")]
    [InlineData("us-east-1", "https://queue.amazonaws.com/1/q")]
    [InlineData("eu-west-1", "https://eu-west-1.queue.amazonaws.com/1/q")]
    [InlineData("eu-west-1", "https://vpce-0a1b2c-3d4e.sqs.eu-west-1.vpce.amazonaws.com/1/q")]
    [InlineData("eusc-de-east-1", "https://sqs.eusc-de-east-1.amazonaws.eu/1/q")]
    [InlineData("eu-west-1", "https://sqs.eu-west-1.api.aws/1/q")]
    [InlineData("elasticmq", "http://localhost:9324/000000000000/q")]
    [InlineData("us-east-1", "http://us-east-2.emulator.test:4566/000000000000/q")]
    public void A_region_that_can_be_right_is_taken(string region, string queue) => Assert.Null(AwsRegion.Problem(region, new Uri(queue)));

    [Theory]
    [InlineData("US-EAST-1", Queue, "AWS_REGION=us-east-1")]
    [InlineData("Us-East-1", "http://localhost:4566/0/q", "AWS_REGION=us-east-1")]
    [InlineData("us-east-1a", Queue, "AWS_REGION=us-east-1")]
    [InlineData("us-east-1f", "http://localhost:4566/0/q", "AWS_REGION=us-east-1")]
    [InlineData("us-west-2-lax-1a", Queue, "AWS_REGION=us-west-2")]
    [InlineData("Frankfurt", Queue, "us-east-1")]
    [InlineData("us-east", Queue, "us-east-1")]
    [InlineData("us_east_1", Queue, "us-east-1")]
    [InlineData("useast1", "https://queue.amazonaws.com/1/q", "us-east-1")]
    [InlineData("us-east-1", "https://sqs.eu-west-1.amazonaws.com/1/q", "AWS_REGION=eu-west-1")]
    [InlineData("us-east-1", "https://vpce-0a1b2c-3d4e.sqs.eu-west-1.vpce.amazonaws.com/1/q", "AWS_REGION=eu-west-1")]
    public void A_region_that_is_wrong_is_refused_with_the_right_one(string region, string queue, string remedy)
    {
        var problem = AwsRegion.Problem(region, new Uri(queue));

        Assert.StartsWith("AWS_REGION ", problem, StringComparison.Ordinal);
        Assert.Contains(remedy, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_an_endpoint_of_ones_own_any_region_may_be_right()
    {
        foreach (var endpoint in (string[])["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL"])
        {
            var reading = SettingsReader.Read(name => name switch
            {
                "AWS_REGION" => "eu-west-1",
                "QUEUE_URL" => Queue,
                "SERVER_API_KEY" => "key",
                _ => name == endpoint ? "https://gateway.internal" : null,
            });

            Assert.Empty(reading.Problems);
        }
    }
}
