using System.Text.Json.Nodes;
using TestKit;
using TestKit.Processes;

namespace Deployment.Tests.Documented;

/// <summary>Commands that change a cluster, against a file or as a dry run: kubectl takes them and makes of them what the page says.</summary>
public sealed class KubectlCommandsTests
{
    [SkippableFact]
    public async Task The_namespace_and_the_secrets_of_the_installation_are_what_the_chart_reads()
    {
        var made = new List<JsonObject>();
        foreach (var command in Starting("kubectl create ", "kubectl -n stigg create "))
        {
            made.AddRange(Manifests.Parse(await KubectlAsync([.. command.Words.Skip(1), "--dry-run=client", "--output=yaml"])));
        }

        Assert.Equal(["Namespace/stigg", "Secret/redis", "Secret/stigg"], made.Select(o => $"{o.Text("kind")}/{o.Text("metadata.name")}").Order(StringComparer.Ordinal));
        var installed = await InstalledAsync();
        var environment = installed.WorkerEnvironment();
        Assert.Equal("secret:stigg/stigg_server_api_key", environment["SERVER_API_KEY"]);
        Assert.NotNull(Secret("stigg")["stigg_server_api_key"]);
        var file = installed.The("Deployment").At("spec.template.spec.volumes.0.secret");
        Assert.Equal("redis", file.Text("secretName"));
        Assert.NotNull(Secret("redis")[file.Text("items.0.key")!]);

        JsonNode Secret(string name) => made.Single(o => o.Text("kind") == "Secret" && o.Text("metadata.name") == name)["data"]!;
    }

    [SkippableFact]
    public async Task The_original_Deployment_gets_our_image_and_layout()
    {
        // What the original chart renders, in short: its names are built in.
        const string Original = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: stigg-persistent-cache
              namespace: NAMESPACE
            spec:
              selector:
                matchLabels: {app: cache}
              template:
                metadata:
                  labels: {app: cache}
                spec:
                  containers:
                    - name: persistent-cache-service
                      image: original:2.39.0
            """;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Original);
            foreach (var command in Starting("kubectl -n NAMESPACE set "))
            {
                Assert.Contains("deployment/stigg-persistent-cache", command.Words);
                var changed = await KubectlAsync(
                    [.. command.Words.Skip(1).Where(word => word != "deployment/stigg-persistent-cache"), "--local", "--filename", file, "--output=yaml"]);
                await File.WriteAllTextAsync(file, changed);
            }

            var container = Manifests.Parse(await File.ReadAllTextAsync(file))[0].At("spec.template.spec.containers.0");
            Assert.Equal("registry.example.com/persistent-cache-service:1.0.0", container.Text("image"));
            Assert.Equal(("CACHE_LAYOUT", "v2"), (container.Text("env.0.name"), container.Text("env.0.value")));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<DocumentedCommand> Starting(params string[] beginnings)
    {
        var commands = DocumentedCommand.All.Where(command => Array.Exists(beginnings, b => command.Text.StartsWith(b, StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(commands);
        return commands;
    }

    private static async Task<Manifests> InstalledAsync()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, DocumentedCommand.All.First(command => command.Page == "docs/installation.md" && command.Text.StartsWith("helm ", StringComparison.Ordinal)).Values);
            var (exitCode, output, errors) = await Tool.Helm.RunAsync("template", "persistent-cache", Helm.Chart.Folder, "-n", "stigg", "-f", file);
            Assert.True(exitCode == 0, errors);
            return Manifests.Parse(output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> KubectlAsync(IReadOnlyList<string> arguments)
    {
        // As with Tool: a build server need not have it.
        Skip.IfNot(Prerequisite.Program("kubectl", "").IsPresent, "no kubectl on the PATH: https://kubernetes.io/docs/tasks/tools/");
        return string.Join('\n', await ChildProcess.RunAsync(new ChildProcessSpec("kubectl", arguments)));
    }
}
