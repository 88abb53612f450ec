using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace ImageProfile;

/// <summary>
/// Writes a profile as .NET's precompiler (crossgen2 --mibc) reads it: an assembly whose method <c>AssemblyDictionary</c> names, for each assembly,
/// a method that loads the tokens of that assembly's methods one after the other. Source: MIbcProfileParser in the repository dotnet/runtime.
/// </summary>
internal sealed class ProfileWriter
{
    private const int MaxStack = 8;

    private readonly MetadataBuilder _metadata = new();
    private readonly BlobBuilder _code = new();
    private readonly SortedDictionary<string, InstructionEncoder> _groups = new(StringComparer.Ordinal);
    private readonly AssemblyCatalogue _assemblies;
    private readonly TypeReferences _types;

    public ProfileWriter(AssemblyCatalogue assemblies)
    {
        _assemblies = assemblies;
        _types = new TypeReferences(_metadata, assemblies);
    }

    /// <summary>Adds a method; false when there is none of this name.</summary>
    public bool Add(PrintedMethod method)
    {
        var found = false;
        foreach (var type in _assemblies.Find(method.Type.Name).Where(type => type.Arity == method.Type.Arguments.Count))
        {
            foreach (var definition in type.Find(method))
            {
                var signature = _metadata.GetOrAddBlob(new SignatureCopy(_types, type).Of(definition));
                foreach (var parent in Parents(type, method.Type.Arguments))
                {
                    var reference = _metadata.AddMemberReference(parent, _metadata.GetOrAddString(method.Name), signature);
                    foreach (var token in Instantiate(reference, method.Arguments))
                    {
                        Load(type.Assembly, token);
                        found = true;
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Ends the profile. The same methods give the same bytes.</summary>
    public void WriteTo(Stream output)
    {
        var name = _metadata.GetOrAddString("Image");
        _metadata.AddModule(0, name, _metadata.GetOrAddGuid(Guid.Empty), default, default);
        _metadata.AddAssembly(name, new Version(0, 0, 0, 0), default, default, default, AssemblyHashAlgorithm.None);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));

        var bodies = new MethodBodyStreamEncoder(_code);
        var dictionary = new InstructionEncoder(new BlobBuilder());
        foreach (var (assembly, group) in _groups)
        {
            dictionary.LoadString(_metadata.GetOrAddUserString(assembly + ";"));
            dictionary.OpCode(ILOpCode.Ldtoken);
            dictionary.Token(AddMethod(bodies, "Assembly_" + assembly, group));
            dictionary.OpCode(ILOpCode.Pop);
        }

        AddMethod(bodies, "AssemblyDictionary", dictionary);
        var file = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), _code, deterministicIdProvider: Identify).Serialize(file);
        file.WriteContentTo(output);
    }

    private static BlobContentId Identify(IEnumerable<Blob> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var blob in content)
        {
            hash.AppendData(blob.GetBytes());
        }

        return BlobContentId.FromHash(hash.GetHashAndReset());
    }

    private IEnumerable<EntityHandle> Parents(CataloguedType type, IReadOnlyList<PrintedType> arguments) => arguments.Count == 0
        ? [_types.To(type)]
        : _types.Instantiate(type, arguments).Select(specification => (EntityHandle)_metadata.AddTypeSpecification(_metadata.GetOrAddBlob(specification)));

    private IEnumerable<EntityHandle> Instantiate(EntityHandle method, IReadOnlyList<PrintedType> arguments) => arguments.Count == 0
        ? [method]
        : _types.EncodeAll(arguments).Select(encoded => (EntityHandle)_metadata.AddMethodSpecification(method, Specification(arguments.Count, encoded)));

    private BlobHandle Specification(int arguments, ImmutableArray<byte> encoded)
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)SignatureKind.MethodSpecification);
        blob.WriteCompressedInteger(arguments);
        blob.WriteBytes(encoded);
        return _metadata.GetOrAddBlob(blob);
    }

    private void Load(string assembly, EntityHandle token)
    {
        if (!_groups.TryGetValue(assembly, out var group))
        {
            _groups.Add(assembly, group = new InstructionEncoder(new BlobBuilder()));
        }

        group.OpCode(ILOpCode.Ldtoken);
        group.Token(token);
        group.OpCode(ILOpCode.Pop);
    }

    private MethodDefinitionHandle AddMethod(MethodBodyStreamEncoder bodies, string name, InstructionEncoder body)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, static type => type.Void(), static _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), _metadata.GetOrAddBlob(signature),
            bodies.AddMethodBody(body, MaxStack), default);
    }
}
