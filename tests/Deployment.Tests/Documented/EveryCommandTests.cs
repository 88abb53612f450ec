using System.Text.RegularExpressions;
using TestKit;

namespace Deployment.Tests.Documented;

/// <summary>Every command of the documentation is run by something, or it is known why it is not (docs/development.md says so, too).</summary>
public sealed class EveryCommandTests
{
    // What runs them. A new command that fits nothing here fails the test: find out what runs it, or let something run it.
    private static readonly (string Commands, string RunBy)[] Proofs =
    [
        (@"^make [a-z-]+( [A-Z_]+=\S+)*$", "CI and developers; Documentation.Tests holds the names against the Makefile"),
        (@"^eng/[a-z-]+\.sh( \S+)*$", "CI, through make"),
        (@"^dotnet (run --project src/LocalSqs |restore --force-evaluate$)", "developers; the emulator's options are tested in LocalSqs.Tests"),
        ("^dotnet (run --project|publish) src/PersistentCacheService( --|$)", nameof(Published.PlainBuildTests)),
        ("^dotnet publish (.* )?-p:PublishProfile=Image( |$)", nameof(Published.PublishedWorker)),
        (@"^(helm (install|upgrade --install|lint) |kubectl kustomize )", nameof(RenderingCommandsTests)),
        ("^kubectl apply -k kustomize/overlays/development$", nameof(KustomizeTests)),
        ("^kubectl (-n stigg )?create ", nameof(KubectlCommandsTests)),
        ("^kubectl -n NAMESPACE set ", nameof(KubectlCommandsTests)),
        ("^docker run ", nameof(Image.ImageTests)),
        ("^docker (buildx )?build ", "eng/image.sh, with the same file"),
        ("^docker compose (up|down)( |$)", nameof(Compose.ComposeUpTests)),
        ("^redis-server --aclfile users.acl$", nameof(Redis.AclTests)),
        ("^redis-cli ", nameof(RedisCommandsTests)),
        ("^promtool (test rules|check (rules|metrics))", "Monitoring.Tests"),
        ("^persistent-cache-service ", nameof(Published.PublishedCommandsTests)),
        ("^curl localhost:4000/", "the tests of the metrics page"),
        ("^curl -d .* localhost:8080/v1/", "Sidecar.Tests"),
    ];

    // What nothing can run here. The same list is in docs/development.md.
    private static readonly (string Commands, string Needs)[] Elsewhere =
    [
        ("^kubectl (-n [a-zA-Z]+ )?(rollout|logs|describe|port-forward|get)( |$)", "a cluster with the service in it"),
        ("^helm (upgrade|rollback)$", "a cluster with a release in it"),
        ("^aws ", "an AWS account"),
        (@"^curl -sS -o /dev/null .*https://edge\.api\.stigg\.io/", "Stigg's Edge API and a key"),
        ("^openssl s_client ", "an external Redis with TLS"),
        ("^dotnet-dump ", "a program that is not in the image"),
    ];

    public static TheoryData<string, string> Commands { get; } = Data();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_documentation_is_run_by_something_or_cannot_be_run_here(string page, string command) =>
        Assert.True(
            Proofs.Concat(Elsewhere).Count(rule => Matches(command, rule.Item1)) == 1,
            $"{page} shows '{command}': which test runs it? Add a line to Proofs, or to Elsewhere with what it needs.");

    [Fact]
    public void No_rule_is_left_over() =>
        Assert.All(Proofs.Concat(Elsewhere), rule => Assert.Contains(DocumentedCommand.All, command => Matches(command.Text, rule.Item1)));

    [Fact]
    public void The_page_for_developers_lists_what_cannot_be_run_here()
    {
        var page = File.ReadAllText(RepositoryRoot.File("docs", "development.md"));

        Assert.All(Elsewhere, rule => Assert.Contains(rule.Needs, page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_container_is_shown_as_confined_as_it_is_tested()
    {
        var shown = Assert.Single(DocumentedCommand.All, command => command.Text.StartsWith("docker run ", StringComparison.Ordinal));

        Assert.Equal(Image.WorkerContainer.Confinement, shown.Words.Skip(2).SkipLast(1));
    }

    private static bool Matches(string command, string pattern) => Regex.IsMatch(command, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static TheoryData<string, string> Data()
    {
        var data = new TheoryData<string, string>();
        foreach (var (page, command) in DocumentedCommand.All.Select(command => (command.Page, command.Text)).Distinct())
        {
            data.Add(page, command);
        }

        return data;
    }
}
