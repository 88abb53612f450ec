using System.Text.Json.Nodes;
using Deployment.Tests.Helm;
using TestKit;

namespace Deployment.Tests;

/// <summary>The kustomization: valid, and the chart's objects in substance.</summary>
public sealed class KustomizeTests
{
    // Only one of the two has them: Helm its bookkeeping and checksums, kustomize a hash in the ConfigMap's name instead.
    private static readonly string[] OnlyHelm = ["helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/version"];

    [SkippableTheory]
    [InlineData("base")]
    [InlineData("overlays/development")]
    [InlineData("overlays/production")]
    [InlineData("overlays/production-checked")]
    public async Task A_kustomization_renders_valid_manifests(string folder)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file + ".yaml", await BuildAsync(folder));

            var (exitCode, output, errors) = await Tool.KubeValidate.RunAsync("--allow-unknown-kinds", file + ".yaml");

            Assert.True(exitCode == 0, output + errors);
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".yaml");
        }
    }

    [SkippableFact]
    public async Task The_component_puts_the_Sidecar_into_labelled_Deployments()
    {
        var directory = Directory.CreateTempSubdirectory("kustomize-");
        try
        {
            var component = Path.GetRelativePath(directory.FullName, RepositoryRoot.File("kustomize", "components", "sidecar"));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "kustomization.yaml"), $"resources: [shop.yaml]\ncomponents: [{component}]\n");
            await File.WriteAllTextAsync(
                Path.Combine(directory.FullName, "shop.yaml"),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, labels: {stigg.io/sidecar: "true"}}
                spec:
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec: {containers: [{name: shop, image: shop}]}
                """);

            var (exitCode, output, errors) = await Tool.Kustomize.RunAsync(directory.FullName);

            Assert.True(exitCode == 0, errors);
            var containers = Manifests.Parse(output).The("Deployment").At("spec.template.spec.containers")!.AsArray();
            Assert.Equal(["shop", "stigg-sidecar"], containers.Select(static one => one.Text("name")).Order(StringComparer.Ordinal));

            // The pause of 5 s, its deadline for calls in flight, and time for its end: less than the 30 s of a pod without a grace period of its own.
            var sidecar = containers.Single(static one => one.Text("name") == "stigg-sidecar").At("env")!.AsArray();
            Assert.Equal("20", sidecar.Single(static one => one.Text("name") == "SHUTDOWN_TIMEOUT_IN_SECS").Text("value"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task The_base_and_the_chart_are_the_same_in_substance() => await AreSameAsync(await BuildAsync("base"));

    [SkippableFact]
    public async Task The_base_with_the_component_audit_and_the_chart_with_an_audit_are_the_same_in_substance()
    {
        var directory = Directory.CreateTempSubdirectory("kustomize-");
        try
        {
            string At(params string[] path) => Path.GetRelativePath(directory.FullName, RepositoryRoot.File(["kustomize", .. path]));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "kustomization.yaml"), $"resources: [{At("base")}]\ncomponents: [{At("components", "audit")}]\n");
            var (exitCode, output, errors) = await Tool.Kustomize.RunAsync(directory.FullName);
            Assert.True(exitCode == 0, errors);

            await AreSameAsync(output, "--set", "audit.enabled=true");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task Production_reads_every_secret_from_outside_and_the_password_from_a_file()
    {
        var rendered = Manifests.Parse(await BuildAsync("overlays/production"));
        var environment = rendered.WorkerEnvironment();

        Assert.DoesNotContain("Secret", rendered.Kinds);
        Assert.Equal("true", environment["REDIS_TLS"]);
        Assert.DoesNotContain("REDIS_PASSWORD", environment.Keys);
        var written = rendered.The("ExternalSecret").At("spec.data")!.AsArray().Select(d => d.Text("secretKey")).ToList();
        Assert.Contains("SERVER_API_KEY", written);
        Assert.Contains(rendered.The("Deployment").Text("spec.template.spec.volumes.0.secret.items.0.key"), written);
        Assert.Equal(2, rendered.The("HorizontalPodAutoscaler").Number("spec.minReplicas"));
    }

    [SkippableFact]
    public async Task The_check_of_production_gets_what_its_worker_gets()
    {
        var rendered = Manifests.Parse(await BuildAsync("overlays/production-checked"));
        var check = rendered.The("Deployment").At("spec.template.spec.initContainers.0")!;
        var worker = rendered.WorkerContainer();

        Assert.Equal("check", check.Text("args.0"));
        Assert.All(
            worker.Select(member => member.Key).Except(["name", "ports", "startupProbe", "livenessProbe", "readinessProbe"]),
            member => Assert.Equal(worker[member]!.ToJsonString(), check[member]!.ToJsonString()));
    }

    [SkippableFact]
    public async Task The_network_policy_of_production_is_the_charts()
    {
        var production = Manifests.Parse(await BuildAsync("overlays/production")).The("NetworkPolicy")["spec"];
        var (_, output, _) = await Tool.Helm.RunAsync(
            "template", "persistent-cache-service", Chart.Folder, "-f", Chart.Values("kustomize-base"), "--set", "networkPolicy.enabled=true");

        Assert.Equal(Sorted(Manifests.Parse(output).The("NetworkPolicy")["spec"])!.ToJsonString(), Sorted(production)!.ToJsonString());
    }

    [SkippableFact]
    public async Task Development_stands_alone()
    {
        var rendered = Manifests.Parse(await BuildAsync("overlays/development"));
        var environment = rendered.WorkerEnvironment();

        Assert.Equal(1, rendered.The("Deployment", "persistent-cache-service").Number("spec.replicas"));
        Assert.Contains(environment["REDIS_HOST"], rendered.Where(o => o.Text("kind") == "Service").Select(o => o.Text("metadata.name")));
        Assert.Contains(new Uri(environment["QUEUE_URL"]).Host, rendered.Where(o => o.Text("kind") == "Service").Select(o => o.Text("metadata.name")));
        Assert.DoesNotContain("HorizontalPodAutoscaler", rendered.Kinds);
    }

    private static async Task AreSameAsync(string rendered, params string[] values)
    {
        var kustomize = Substance(Manifests.Parse(rendered));
        var (exitCode, output, errors) = await Tool.Helm.RunAsync(["template", "persistent-cache-service", Chart.Folder, "-f", Chart.Values("kustomize-base"), .. values]);
        Assert.True(exitCode == 0, errors);
        var helm = Substance(Manifests.Parse(output));

        Assert.Equal(helm.Keys, kustomize.Keys);
        Assert.All(helm, kind => Assert.Equal(kind.Value, kustomize[kind.Key]));
    }

    private static async Task<string> BuildAsync(string folder)
    {
        var (exitCode, output, errors) = await Tool.Kustomize.RunAsync(RepositoryRoot.File(["kustomize", .. folder.Split('/')]));
        Assert.True(exitCode == 0, errors);
        return output;
    }

    // Kind -> the object with sorted members, without what can only differ.
    private static SortedDictionary<string, string> Substance(Manifests manifests)
    {
        var substance = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var manifest in manifests)
        {
            var configMap = manifests.The("ConfigMap").Text("metadata.name")!;
            manifest["metadata"]!.AsObject().Remove("namespace");
            RemoveLabels(manifest.At("metadata.labels"));
            RemoveLabels(manifest.At("spec.template.metadata.labels"));
            RemoveLabels(manifest.At("spec.jobTemplate.metadata.labels"));
            RemoveLabels(manifest.At("spec.jobTemplate.spec.template.metadata.labels"));
            if (manifest.At("spec.template.metadata.annotations") is JsonObject)
            {
                manifest.At("spec.template.metadata")!.AsObject().Remove("annotations");
            }

            substance[manifest.Text("kind")!] = Sorted(manifest)!.ToJsonString().Replace(configMap, "persistent-cache-service", StringComparison.Ordinal);
        }

        return substance;
    }

    private static void RemoveLabels(JsonNode? labels)
    {
        foreach (var label in OnlyHelm)
        {
            labels?.AsObject().Remove(label);
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        JsonValue value => value.DeepClone(),
        _ => null,
    };
}
