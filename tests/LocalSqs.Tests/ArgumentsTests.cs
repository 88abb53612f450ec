namespace LocalSqs.Tests;

public sealed class ArgumentsTests
{
    [Fact]
    public void Without_arguments_there_is_one_queue_on_the_usual_port()
    {
        var options = Parse();
        Assert.Equal((4566, "q"), (options.Port, Assert.Single(options.Queues).Name));
        Assert.Null(options.AccessKey);
    }

    [Fact]
    public void Every_option_is_taken()
    {
        var options = Parse(
            "--port", "0", "--host", "*", "--region", "eu-west-1", "--queue", "a,b", "--visibility-timeout", "5", "--dlq", "dead",
            "--max-receive-count", "7", "--shuffle", "true", "--duplicate", "0.05", "--latency", "15", "--error-rate", "0.01", "--seed", "9",
            "--access-key", "id", "--session-token", "token");
        Assert.Equal((0, "*", "eu-west-1", true, 0.05, 0.01, 9), (options.Port, options.Host, options.Region, options.Shuffle, options.DuplicateShare, options.ErrorRate, options.Seed));
        Assert.Equal(TimeSpan.FromMilliseconds(15), options.Latency);
        Assert.Equal(("id", "token"), (options.AccessKey, options.SessionToken));
        Assert.Equal(
            [new LocalQueueOptions("a") { VisibilityTimeoutSeconds = 5, DeadLetterQueue = "dead", MaxReceiveCount = 7 }, new LocalQueueOptions("b") { VisibilityTimeoutSeconds = 5, DeadLetterQueue = "dead", MaxReceiveCount = 7 }],
            options.Queues);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Arguments.Parse(["--port", "x", "--duplicate", "2", "--latency", "15ms", "--colour", "blue", "--shuffle", "yes", "--max-receive-count", "0"], out var problems);
        Assert.Equal(6, problems.Count);
        Assert.All(
            ["--port", "--duplicate", "--latency", "--colour", "--shuffle", "--max-receive-count"],
            option => Assert.Contains(problems, problem => problem.StartsWith(option, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_help_names_every_option()
    {
        foreach (var option in new[]
        {
            "--port", "--host", "--region", "--queue", "--visibility-timeout", "--dlq", "--max-receive-count", "--shuffle", "--duplicate", "--latency",
            "--error-rate", "--seed", "--access-key", "--session-token", "--help",
        })
        {
            Assert.Contains($"  {option} ", Arguments.Usage, StringComparison.Ordinal);
        }
    }

    private static LocalSqsOptions Parse(params string[] arguments)
    {
        var options = Arguments.Parse(arguments, out var problems);
        Assert.Empty(problems);
        return options;
    }
}
