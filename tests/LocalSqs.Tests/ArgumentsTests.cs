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
            "--port", "0", "--host", "*", "--queue", "a,b", "--visibility-timeout", "5", "--dlq", "dead",
            "--max-receive-count", "7", "--shuffle", "true", "--duplicate", "0.05", "--latency", "15", "--seed", "9");
        Assert.Equal((0, "*", true, 0.05, 9), (options.Port, options.Host, options.Shuffle, options.DuplicateShare, options.Seed));
        Assert.Equal(TimeSpan.FromMilliseconds(15), options.Latency);
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
            "--port", "--host", "--queue", "--visibility-timeout", "--dlq", "--max-receive-count", "--shuffle", "--duplicate", "--latency",
            "--seed", "--help",
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
