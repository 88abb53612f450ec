using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests;

/// <summary>The IAM documents of deploy/aws.</summary>
public sealed class AwsPolicyTests
{
    // AmazonSQSClient's calls in the worker, under the names IAM has for them: the batch calls need the right of the single ones.
    private static readonly string[] Needed = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

    [Fact]
    public void The_policy_allows_what_the_worker_calls_on_one_queue_and_nothing_else()
    {
        var statement = Assert.Single(Read("iam-policy.json")["Statement"]!.AsArray())!;

        Assert.Equal("Allow", statement.Text("Effect"));
        Assert.Equal(Needed, statement["Action"]!.AsArray().Select(a => a!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.StartsWith("arn:aws:sqs:", statement.Text("Resource"), StringComparison.Ordinal);
        Assert.DoesNotContain('*', statement.Text("Resource")!);
    }

    [Fact]
    public void The_operators_policy_names_the_dead_letter_queue_and_lets_the_main_queue_only_be_sent_to()
    {
        var statements = Read("iam-policy-operator.json")["Statement"]!.AsArray();

        Assert.All(statements, static statement => Assert.Equal("Allow", statement!.Text("Effect")));
        Assert.All(statements, static statement => Assert.DoesNotContain('*', statement!.Text("Resource")!));
        Assert.Equal(["sqs:GetQueueAttributes", "sqs:SendMessage"], ActionsOf(Assert.Single(statements, static statement => !statement!.Text("Resource")!.EndsWith("-DLQ", StringComparison.Ordinal))!));
    }

    [Fact]
    public async Task The_dlq_verbs_call_what_the_operators_policy_allows_and_nothing_else()
    {
        var called = await CalledAsync(static file => file.Contains("DeadLetters", StringComparison.Ordinal));

        Assert.Equal(
            Read("iam-policy-operator.json")["Statement"]!.AsArray().SelectMany(static statement => ActionsOf(statement!)).Distinct().Order(StringComparer.Ordinal),
            called.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_worker_calls_nothing_that_the_policy_lacks()
    {
        var called = await CalledAsync(static file => !file.Contains("DeadLetters", StringComparison.Ordinal));

        Assert.NotEmpty(called);
        Assert.Empty(called.Except(Needed));
    }

    private static IEnumerable<string> ActionsOf(JsonNode statement) => statement["Action"]!.AsArray().Select(static action => action!.GetValue<string>()).Order(StringComparer.Ordinal);

    private static async Task<IReadOnlySet<string>> CalledAsync(Func<string, bool> isMeant)
    {
        var called = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.File("src", "PersistentCacheService"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && isMeant(f)))
        {
            var text = await File.ReadAllTextAsync(file);
            called.UnionWith(typeof(Amazon.SQS.AmazonSQSClient).GetMethods()
                .Select(method => method.Name)
                .Where(name => name.EndsWith("Async", StringComparison.Ordinal) && Regex.IsMatch(text, $@"\b[cC]lient\.{name}\b", RegexOptions.None, TimeSpan.FromSeconds(1))));
        }

        return called.Select(static name => "sqs:" + name.Replace("BatchAsync", "", StringComparison.Ordinal).Replace("Async", "", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
    }

    [Fact]
    public void The_policy_for_ElastiCache_lets_one_user_connect_to_one_cache()
    {
        var statement = Assert.Single(Read("iam-policy-elasticache.json")["Statement"]!.AsArray())!;

        Assert.Equal(("Allow", "elasticache:Connect"), (statement.Text("Effect"), statement.Text("Action")));
        Assert.Equal(["replicationgroup", "user"], statement["Resource"]!.AsArray().Select(static resource => resource!.GetValue<string>().Split(':')[5]));
        Assert.DoesNotContain('*', statement["Resource"]!.ToJsonString());
    }

    [Theory]
    [InlineData("trust-irsa.json", "sts:AssumeRoleWithWebIdentity")]
    [InlineData("trust-pod-identity.json", "sts:AssumeRole")]
    public void A_trust_policy_is_of_its_kind(string file, string action)
    {
        var statement = Read(file)["Statement"]![0]!;
        var actions = statement["Action"] is JsonArray list ? list.Select(a => a!.GetValue<string>()) : [statement.Text("Action")!];

        Assert.Contains(action, actions);
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("deploy", "aws", file)))!;
}
