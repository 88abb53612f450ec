using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace ImageProfile;

/// <summary>References to types in the metadata of the profile, each once, and their encoding in signatures (ECMA-335, II.23.2).</summary>
internal sealed class TypeReferences(MetadataBuilder metadata, AssemblyCatalogue assemblies)
{
    /// <summary>A printed type may mean several of the same name; more combinations than these are not tried.</summary>
    private const int MostMeanings = 4;

    private static readonly Dictionary<string, SignatureTypeCode> Primitives = new(StringComparer.Ordinal)
    {
        ["bool"] = SignatureTypeCode.Boolean,
        ["char"] = SignatureTypeCode.Char,
        ["byte"] = SignatureTypeCode.Byte,
        ["sbyte"] = SignatureTypeCode.SByte,
        ["short"] = SignatureTypeCode.Int16,
        ["ushort"] = SignatureTypeCode.UInt16,
        ["int"] = SignatureTypeCode.Int32,
        ["uint"] = SignatureTypeCode.UInt32,
        ["long"] = SignatureTypeCode.Int64,
        ["ulong"] = SignatureTypeCode.UInt64,
        ["nint"] = SignatureTypeCode.IntPtr,
        ["nuint"] = SignatureTypeCode.UIntPtr,
        ["float"] = SignatureTypeCode.Single,
        ["double"] = SignatureTypeCode.Double,
        ["System.String"] = SignatureTypeCode.String,
        ["System.Object"] = SignatureTypeCode.Object,
    };

    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = new(StringComparer.Ordinal);
    private readonly Dictionary<(EntityHandle Scope, string Namespace, string Name), TypeReferenceHandle> _types = [];

    /// <summary>Refers to a type of the catalogue.</summary>
    public TypeReferenceHandle To(CataloguedType type)
    {
        var definition = type.Definition;
        return definition.GetDeclaringType() is { IsNil: false } outer
            ? Get(To(type with { Handle = outer }), "", type.Metadata.GetString(definition.Name))
            : Get(Assembly(type.Assembly), type.Metadata.GetString(definition.Namespace), type.Metadata.GetString(definition.Name));
    }

    /// <summary>Refers to a type that a signature of an assembly names.</summary>
    public TypeReferenceHandle To(CataloguedType context, EntityHandle named)
    {
        if (named.Kind == HandleKind.TypeDefinition)
        {
            return To(context with { Handle = (TypeDefinitionHandle)named });
        }

        var reference = context.Metadata.GetTypeReference((TypeReferenceHandle)named);
        EntityHandle scope = reference.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => To(context, reference.ResolutionScope),
            HandleKind.AssemblyReference => Assembly(context.Metadata.GetString(context.Metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name)),
            _ => Assembly(context.Assembly),
        };
        return Get(scope, context.Metadata.GetString(reference.Namespace), context.Metadata.GetString(reference.Name));
    }

    /// <summary>Encodings of a type with these arguments; none when an argument is not in the catalogue.</summary>
    public IEnumerable<ImmutableArray<byte>> Instantiate(CataloguedType type, IReadOnlyList<PrintedType> arguments)
    {
        var head = new BlobBuilder();
        if (arguments.Count > 0)
        {
            head.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        }

        head.WriteByte((byte)(type.IsValueType ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
        head.WriteCompressedInteger(CodedIndex.TypeDefOrRef(To(type)));
        if (arguments.Count > 0)
        {
            head.WriteCompressedInteger(arguments.Count);
        }

        var bytes = head.ToImmutableArray();
        return EncodeAll(arguments).Select(encoded => bytes.AddRange(encoded));
    }

    /// <summary>Encodings of a list of types, one after the other.</summary>
    public IEnumerable<ImmutableArray<byte>> EncodeAll(IReadOnlyList<PrintedType> types)
    {
        IEnumerable<ImmutableArray<byte>> all = [[]];
        foreach (var type in types)
        {
            var meanings = Encode(type).ToList();
            all = [.. all.SelectMany(before => meanings.Select(meaning => before.AddRange(meaning))).Take(MostMeanings)];
        }

        return all;
    }

    private IEnumerable<ImmutableArray<byte>> Encode(PrintedType type)
    {
        var elements = type.Name == "System.__Canon" ? [Canon()]
            : Primitives.TryGetValue(type.Name, out var code) ? [[(byte)code]]
            : assemblies.Find(type.Name).Where(found => found.Arity == type.Arguments.Count).SelectMany(found => Instantiate(found, type.Arguments));
        return elements.Select(element => type.Ranks.Aggregate(element, static (inner, rank) => rank == 1
            ? inner.Insert(0, (byte)SignatureTypeCode.SZArray)
            : [(byte)SignatureTypeCode.Array, .. inner, (byte)rank, 0, 0]));
    }

    // What stands for any class in shared generic code; the precompiler knows it under this assembly's name.
    private ImmutableArray<byte> Canon()
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)SignatureTypeKind.Class);
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRef(Get(Assembly("System.Private.Canon"), "System", "__Canon")));
        return blob.ToImmutableArray();
    }

    private AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out var handle))
        {
            _assemblies.Add(name, handle = metadata.AddAssemblyReference(metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default));
        }

        return handle;
    }

    private TypeReferenceHandle Get(EntityHandle scope, string space, string name)
    {
        if (!_types.TryGetValue((scope, space, name), out var handle))
        {
            _types.Add((scope, space, name), handle = metadata.AddTypeReference(scope, metadata.GetOrAddString(space), metadata.GetOrAddString(name)));
        }

        return handle;
    }
}
