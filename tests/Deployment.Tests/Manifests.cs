using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Deployment.Tests;

/// <summary>The objects of a rendered YAML stream.</summary>
internal sealed class Manifests : IReadOnlyList<JsonObject>
{
    private readonly List<JsonObject> _objects = [];

    private Manifests()
    {
    }

    /// <inheritdoc/>
    public int Count => _objects.Count;

    /// <summary>The kinds in alphabetical order, one entry an object.</summary>
    public IReadOnlyList<string> Kinds => [.. _objects.Select(o => o["kind"]!.GetValue<string>()).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public JsonObject this[int index] => _objects[index];

    /// <summary>Reads every document of a stream; empty ones are left out.</summary>
    public static Manifests Parse(string yaml)
    {
        var manifests = new Manifests();
        var stream = new YamlStream();
        using var reader = new StringReader(yaml);
        stream.Load(reader);
        foreach (var document in stream.Documents)
        {
            if (ToJson(document.RootNode) is JsonObject manifest)
            {
                manifests._objects.Add(manifest);
            }
        }

        return manifests;
    }

    /// <summary>The only object of a kind; named, when there are several.</summary>
    public JsonObject The(string kind, string? name = null)
    {
        var found = _objects
            .Where(o => o["kind"]!.GetValue<string>() == kind && (name is null || o.At("metadata.name")!.GetValue<string>() == name))
            .ToList();
        Assert.True(found.Count == 1, $"{found.Count} objects of kind {kind} {name} in: {string.Join(", ", Kinds)}");
        return found[0];
    }

    /// <summary>The worker's container in its Deployment.</summary>
    public JsonObject WorkerContainer() =>
        The("Deployment", WorkerName()).At("spec.template.spec.containers")!.AsArray()
            .Select(c => c!.AsObject())
            .Single(c => c["name"]!.GetValue<string>() == "persistent-cache-service");

    /// <summary>The environment the worker's container gets; what comes from a Secret outside of the stream is shown as <c>secret:NAME/KEY</c>.</summary>
    public SortedDictionary<string, string> WorkerEnvironment()
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var container = WorkerContainer();
        foreach (var source in container["envFrom"]?.AsArray() ?? [])
        {
            if (source.At("configMapRef.name") is { } configMap)
            {
                foreach (var (name, value) in The("ConfigMap", configMap.GetValue<string>())["data"]!.AsObject())
                {
                    environment[name] = value!.GetValue<string>();
                }
            }
        }

        foreach (var entry in container["env"]?.AsArray() ?? [])
        {
            environment[entry!["name"]!.GetValue<string>()] = entry["value"]?.GetValue<string>() ?? FromSecret(entry.At("valueFrom.secretKeyRef")!);
        }

        return environment;
    }

    /// <inheritdoc/>
    public IEnumerator<JsonObject> GetEnumerator() => _objects.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"Unexpected YAML node {node.NodeType}."),
    };

    // The plain scalars of YAML's core schema that occur in manifests.
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private string WorkerName() =>
        _objects.Single(o => o["kind"]!.GetValue<string>() == "Deployment" && o.At("spec.template.spec.containers.0.name")!.GetValue<string>() == "persistent-cache-service")
            .At("metadata.name")!.GetValue<string>();

    private string FromSecret(JsonNode reference)
    {
        var name = reference["name"]!.GetValue<string>();
        var key = reference["key"]!.GetValue<string>();
        var secret = _objects.SingleOrDefault(o => o["kind"]!.GetValue<string>() == "Secret" && o.At("metadata.name")!.GetValue<string>() == name);
        return secret is null
            ? $"secret:{name}/{key}"
            : Encoding.UTF8.GetString(Convert.FromBase64String(secret.At("data")![key]!.GetValue<string>()));
    }
}
