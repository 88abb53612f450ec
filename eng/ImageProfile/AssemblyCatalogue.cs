using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ImageProfile;

/// <summary>The types of all assemblies of a directory by their full names. A name may be in several: each has a <c>Program</c> of its own.</summary>
internal sealed class AssemblyCatalogue : IDisposable
{
    private readonly List<PEReader> _files = [];
    private readonly Dictionary<string, List<CataloguedType>> _types = new(StringComparer.Ordinal);

    /// <summary>Reads the directory's assemblies; other files are passed over.</summary>
    public static AssemblyCatalogue Load(string directory)
    {
        var catalogue = new AssemblyCatalogue();
        foreach (var path in Directory.GetFiles(directory, "*.dll").Order(StringComparer.Ordinal))
        {
            catalogue.Add(path);
        }

        return catalogue;
    }

    /// <summary>The types of this name, nested ones after a <c>+</c>.</summary>
    public IReadOnlyList<CataloguedType> Find(string name) => _types.GetValueOrDefault(name) ?? [];

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private void Add(string path)
    {
        var file = new PEReader(File.OpenRead(path));
        _files.Add(file);
        if (!file.HasMetadata || file.GetMetadataReader() is not { IsAssembly: true } metadata)
        {
            return;
        }

        var assembly = metadata.GetString(metadata.GetAssemblyDefinition().Name);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var name = FullName(metadata, handle);
            if (!_types.TryGetValue(name, out var types))
            {
                _types.Add(name, types = []);
            }

            types.Add(new CataloguedType(metadata, assembly, handle));
        }
    }

    private static string FullName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var (name, space) = (metadata.GetString(type.Name), metadata.GetString(type.Namespace));
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{FullName(metadata, outer)}+{name}"
            : space.Length == 0 ? name
            : $"{space}.{name}";
    }
}
