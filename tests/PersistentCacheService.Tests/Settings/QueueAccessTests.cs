using PersistentCacheService.Settings;

namespace PersistentCacheService.Tests.Settings;

/// <summary>Several queues, and where the credentials come from.</summary>
public sealed class QueueAccessTests
{
    private const string Role = "arn:aws:iam::123456789012:role/stigg/cache";

    [Fact]
    public void Several_queues_are_read_in_their_order()
    {
        var settings = Read(("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/1/high, https://sqs.us-east-1.amazonaws.com/1/low.fifo/")).Settings!;

        Assert.Equal(["high", "low.fifo"], settings.Queues.Select(static queue => queue.Name));
        Assert.Equal([false, true], settings.Queues.Select(static queue => queue.IsFifo));
        Assert.All(settings.Queues, static queue => Assert.True(queue.IsOneOfSeveral));
        Assert.False(Read().Settings!.Queues[0].IsOneOfSeveral);
    }

    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/1/a,", "is not")]
    [InlineData("https://sqs.us-east-1.amazonaws.com/1/a,https://sqs.us-east-1.amazonaws.com/1/a", "two queues of one name")]
    [InlineData("https://sqs.us-east-1.amazonaws.com/1/a,https://sqs.us-east-1.amazonaws.com/2/a", "two queues of one name")]
    [InlineData("https://sqs.us-east-1.amazonaws.com/1/a,https://sqs.eu-west-1.amazonaws.com/1/b", "is in eu-west-1")]
    [InlineData("http://h/1/a,http://h/1/b,http://h/1/c,http://h/1/d,http://h/1/e", "lists 5 URLs; allowed are 4")]
    [InlineData("http://h/1/a,http://h/", "names no queue")]
    public void A_wrong_list_is_refused(string urls, string problem) => Assert.Contains(problem, Assert.Single(Read(("QUEUE_URL", urls)).Problems), StringComparison.Ordinal);

    [Fact]
    public void Credentials_come_from_the_SDKs_chain_the_Edge_API_or_roles()
    {
        Assert.Equal((QueueCredentialSource.Aws, 0), Of(Read()));
        Assert.Equal((QueueCredentialSource.Edge, 0), Of(Read(("QUEUE_CREDENTIALS", "EDGE"))));
        Assert.Equal((QueueCredentialSource.Aws, 2), Of(Read(("AWS_ROLE_ARN_CHAIN", $"{Role}, arn:aws-us-gov:iam::123456789012:role/a+b=c.d@e-f_g"))));

        static (QueueCredentialSource, int) Of(SettingsReading reading) => (reading.Settings!.Queues[0].Credentials, reading.Settings.Queues[0].Roles.Count);
    }

    [Theory]
    [InlineData("edge", Role, "set one of the two")]
    [InlineData("aws", "arn:aws:iam::123456789012:user/me", "the 1. part is no role's ARN")]
    [InlineData("aws", Role + ",", "the 2. part is no role's ARN")]
    [InlineData("aws", Role + "," + Role + "," + Role + "," + Role + "," + Role + "," + Role, "names 6 roles; allowed are 5")]
    [InlineData("iam", "", "allowed is aws, edge")]
    public void What_does_not_fit_together_is_refused(string credentials, string roles, string problem) => Assert.Contains(
        problem, Assert.Single(Read(("QUEUE_CREDENTIALS", credentials), ("AWS_ROLE_ARN_CHAIN", roles)).Problems), StringComparison.Ordinal);

    private static SettingsReading Read(params (string Name, string Value)[] given)
    {
        var environment = new Dictionary<string, string?> { ["AWS_REGION"] = "us-east-1", ["QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/1/q", ["SERVER_API_KEY"] = "key" };
        foreach (var (name, value) in given)
        {
            environment[name] = value;
        }

        return SettingsReader.Read(environment.GetValueOrDefault);
    }
}
