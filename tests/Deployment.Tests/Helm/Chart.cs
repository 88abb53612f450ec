using TestKit;

namespace Deployment.Tests.Helm;

/// <summary>The Helm chart as its users render it.</summary>
internal static class Chart
{
    /// <summary>The chart's folder.</summary>
    public static string Folder { get; } = RepositoryRoot.File("helm", "persistent-cache-service");

    /// <summary>Path of a values file of these tests.</summary>
    public static string Values(string name) => RepositoryRoot.File("tests", "Deployment.Tests", "values", $"{name}.yaml");

    /// <summary>Renders the release <c>persistent-cache</c> into the namespace <c>stigg</c>.</summary>
    /// <param name="values">Name of a values file of these tests, without extension.</param>
    /// <param name="arguments">Further arguments, such as <c>--set</c>.</param>
    public static async Task<Manifests> RenderAsync(string values, params IReadOnlyList<string> arguments) => Manifests.Parse(await TextAsync(values, arguments));

    /// <summary>Renders like <see cref="RenderAsync"/>, as text.</summary>
    public static async Task<string> TextAsync(string values, params IReadOnlyList<string> arguments)
    {
        var (exitCode, output, errors) = await Tool.Helm.RunAsync(["template", "persistent-cache", Folder, "-n", "stigg", "-f", Values(values), .. arguments]);
        Assert.True(exitCode == 0, $"{values} does not render:\n{errors}\n{output}");
        return output;
    }

    /// <summary>What Helm says when it refuses to render the smallest valid values with arguments added.</summary>
    public static async Task<string> RefusalAsync(params IReadOnlyList<string> arguments)
    {
        var (exitCode, output, errors) = await Tool.Helm.RunAsync(["template", "persistent-cache", Folder, "-f", Values("minimal"), .. arguments]);
        Assert.True(exitCode != 0, $"Not refused: {string.Join(' ', arguments)}");
        return errors + output;
    }
}
