using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Deployment.Tests.Helm;

/// <summary>
/// Where the chart means text, YAML must not turn it into a number on the way: not in values (1.10 becomes 1.1, 72044e11 becomes 7.2044e+15), and not in what the
/// templates print (a release called 1e3).
/// </summary>
public sealed partial class TextValuesTests
{
    private const string ThisIsText = "quote it";

    [SkippableTheory]
    [InlineData("1.10")]
    [InlineData("1234567890")]
    [InlineData("72044e11")]
    public async Task A_number_is_refused_for_every_value_that_means_text(string number)
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Chart.Folder, "values.schema.json")))!;
        var texts = new List<string>();
        var values = Sample(schema, schema, "", number, texts)!.ToJsonString().Replace($"\"{number}\"", number, StringComparison.Ordinal);
        Assert.True(texts.Count > 60, $"The schema knows only {texts.Count} texts.");
        using var file = new TemporaryValues(values);

        var refusal = await Chart.RefusalAsync("-f", file.Path);

        Assert.All(texts, text => Assert.Matches($@"(?m)^- {Regex.Escape(text)}: .*{ThisIsText}", refusal));
    }

    [SkippableTheory]
    [InlineData("1.10")]
    [InlineData("9007199254740993")]
    public async Task A_variable_in_extraEnv_may_be_an_integer_but_not_a_fraction(string number)
    {
        using var file = new TemporaryValues($"extraEnv: {{ SOME_VERSION: {number} }}");

        Assert.Contains(ThisIsText, await Chart.RefusalAsync("-f", file.Path), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Integers_are_printed_as_they_are()
    {
        using var file = new TemporaryValues("""
            extraEnv: { BATCH_SIZE: 10, KEYS_TTL_IN_SECS: 2592000, BUILD: 20261127 }
            deploymentResources: { memory: { limit: 134217728 }, cpu: { request: 0.5 } }
            """);

        var rendered = await Chart.RenderAsync("minimal", "-f", file.Path);

        var environment = rendered.WorkerEnvironment();
        Assert.Equal(("10", "2592000", "20261127"), (environment["BATCH_SIZE"], environment["KEYS_TTL_IN_SECS"], environment["BUILD"]));
        var resources = rendered.The("Deployment").At("spec.template.spec.containers.0.resources")!;
        Assert.Equal(("134217728", "0.5"), (resources.Text("limits.memory"), resources.Text("requests.cpu")));
    }

    public static TheoryData<string> ValueFiles =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(Chart.Values("minimal"))!, "*.yaml").Select(static file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [SkippableTheory]
    [MemberData(nameof(ValueFiles))]
    public async Task Release_and_namespace_may_look_like_numbers(string values)
    {
        foreach (var (release, fullName) in ((string, string)[])[("0123", ""), ("8", "1e3")])
        {
            var (exitCode, output, errors) = await Tool.Helm.RunAsync(["template", release, Chart.Folder, "-n", "777", "-f", Chart.Values(values), "--set-string", $"fullnameOverride={fullName}"]);

            Assert.True(exitCode == 0, errors);
            Assert.DoesNotMatch(BareNumber(), output);
        }
    }

    /// <summary>Members that must be strings and whose value a YAML reader would take for a number.</summary>
    [GeneratedRegex(@"(?m)^\s*(- )?(name|namespace|[a-z./]*/(name|instance|version|chart|managed-by)|secretName|serviceAccountName): (0123|8|777|1e3)\s*$|^\s*- (0123|8|777|1e3)\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BareNumber();

    /// <summary>Values that fit a schema but have a number wherever it allows text.</summary>
    private static JsonNode? Sample(JsonNode schema, JsonNode root, string path, string number, List<string> texts)
    {
        if (IsText(schema))
        {
            texts.Add(path);
            return number;
        }

        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return Sample(root["definitions"]![reference["#/definitions/".Length..]]!, root, path, number, texts);
        }

        if (schema["items"] is { } items && Sample(items, root, path + ".0", number, texts) is { } item)
        {
            return new JsonArray(item);
        }

        var sample = new JsonObject();
        if (schema["additionalProperties"] is JsonObject more && Sample(more, root, Join(path, "any"), number, texts) is { } value)
        {
            sample["any"] = value;
        }

        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (Sample(property!, root, Join(path, name), number, texts) is { } member)
            {
                sample[name] = member;
            }
        }

        return sample.Count > 0 ? sample : null;
    }

    private static bool IsText(JsonNode schema) =>
        schema is JsonObject && ((string?)schema["$ref"] ?? (string?)schema["allOf"]?[0]?["$ref"]) is "#/definitions/text" or "#/definitions/textOrNull";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private sealed class TemporaryValues : IDisposable
    {
        public TemporaryValues(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"values-{Guid.NewGuid():N}.yaml");

        public void Dispose() => File.Delete(Path);
    }
}
