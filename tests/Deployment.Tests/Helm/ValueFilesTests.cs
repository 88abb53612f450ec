using TestKit;

namespace Deployment.Tests.Helm;

/// <summary>Every values file of these tests, through everything that checks a chart.</summary>
public sealed class ValueFilesTests
{
    private static readonly List<string> Names =
        [.. Directory.GetFiles(RepositoryRoot.File("tests", "Deployment.Tests", "values"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files { get; } = [.. Names];

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public async Task A_values_file_is_linted_without_a_warning(string values)
    {
        var (exitCode, output, errors) = await Tool.Helm.RunAsync("lint", "--strict", Chart.Folder, "-f", Chart.Values(values));

        Assert.True(exitCode == 0, output + errors);
    }

    [SkippableFact]
    public async Task Everything_that_renders_is_valid_by_the_schemas_of_Kubernetes_and_the_operators()
    {
        var directory = Directory.CreateTempSubdirectory("rendered-");
        try
        {
            var objects = 0;
            foreach (var values in Names)
            {
                var text = await Chart.TextAsync(values);
                objects += Manifests.Parse(text).Count;
                await File.WriteAllTextAsync(Path.Combine(directory.FullName, $"{values}.yaml"), text);
            }

            // ExternalSecret has no schema there.
            var (exitCode, output, errors) = await Tool.KubeValidate.RunAsync("--allow-unknown-kinds", directory.FullName);

            Assert.True(exitCode == 0, output + errors);
            Assert.Contains($"{objects - 1} valid, 0 invalid, 1 skipped", output, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public async Task The_pod_meets_the_restricted_security_standard(string values)
    {
        var rendered = await Chart.RenderAsync(values);
        foreach (var deployment in rendered.Where(o => o.Text("kind") == "Deployment"))
        {
            var pod = deployment.At("spec.template.spec");
            var container = pod.At("containers.0");
            Assert.Equal("true", pod.Text("securityContext.runAsNonRoot"));
            Assert.Equal("1654", pod.Text("securityContext.runAsUser"));
            Assert.Equal("RuntimeDefault", pod.Text("securityContext.seccompProfile.type"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            Assert.Equal("false", container.Text("securityContext.allowPrivilegeEscalation"));
            Assert.Equal("true", container.Text("securityContext.readOnlyRootFilesystem"));
            Assert.Equal("ALL", container.Text("securityContext.capabilities.drop.0"));
        }
    }
}
