using LocalSqs.Authentication;
using LocalSqs.CommandLine;

namespace LocalSqs.Tests.CommandLine;

public sealed class CommandLineParserTests
{
    [Fact]
    public void Without_arguments_there_is_one_queue_on_the_usual_port()
    {
        var options = Parse();
        Assert.Equal((4566, "q"), (options.Port, Assert.Single(options.Queues).Name));
        Assert.Null(options.Credentials);
    }

    [Fact]
    public void Every_option_is_taken()
    {
        var options = Parse(
            "--port", "0", "--host", "*", "--region", "eu-west-1", "--queue", "a", "--queue", "b", "--visibility-timeout", "5", "--dlq", "dead",
            "--max-receive-count", "7", "--shuffle", "--duplicate", "0.05", "--latency", "15ms", "--error-rate", "0.01", "--seed", "9",
            "--access-key", "id", "--secret-key", "key", "--session-token", "token");
        Assert.Equal((0, "*", "eu-west-1", true, 0.05, 0.01, 9), (options.Port, options.Host, options.Region, options.Shuffle, options.DuplicateShare, options.ErrorRate, options.Seed));
        Assert.Equal(TimeSpan.FromMilliseconds(15), options.Latency);
        Assert.Equal(new SigningCredentials("id", "key", "token"), options.Credentials);
        Assert.Equal(
            [new LocalQueueOptions("a") { VisibilityTimeoutSeconds = 5, DeadLetterQueue = "dead", MaxReceiveCount = 7 }, new LocalQueueOptions("b") { VisibilityTimeoutSeconds = 5, DeadLetterQueue = "dead", MaxReceiveCount = 7 }],
            options.Queues);
    }

    [Fact]
    public void Half_a_second_is_a_latency_too() => Assert.Equal(TimeSpan.FromMilliseconds(500), Parse("--latency", "0.5s").Latency);

    [Fact]
    public void All_problems_are_told_at_once()
    {
        CommandLineParser.Parse(["--port", "x", "--duplicate", "2", "--latency", "15", "--colour", "--queue", "--access-key", "id"], out var problems);
        Assert.Equal(6, problems.Count);
        Assert.All(
            ["--port", "--duplicate", "--latency", "--colour", "--queue", "--access-key"],
            option => Assert.Contains(problems, problem => problem.StartsWith(option, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_help_names_every_option()
    {
        foreach (var option in new[]
        {
            "--port", "--host", "--region", "--queue", "--visibility-timeout", "--dlq", "--max-receive-count", "--shuffle", "--duplicate", "--latency",
            "--error-rate", "--seed", "--access-key", "--secret-key", "--session-token", "--help",
        })
        {
            Assert.Contains($"  {option} ", CommandLineParser.Usage, StringComparison.Ordinal);
        }
    }

    private static LocalSqsOptions Parse(params string[] arguments)
    {
        var options = CommandLineParser.Parse(arguments, out var problems);
        Assert.Empty(problems);
        return options;
    }
}
