using YamlDotNet.RepresentationModel;

namespace Monitoring.Tests;

/// <summary>One alert of the rule file.</summary>
internal sealed record AlertRule(string Name, string Expression, string Severity, YamlMappingNode Annotations)
{
    /// <summary>An annotation's text, null without it.</summary>
    public string? Annotation(string name) => Annotations.Children.TryGetValue(name, out var value) ? ((YamlScalarNode)value).Value : null;
}
