using System.Reflection.Metadata;

namespace ImageProfile;

/// <summary>A type definition and where it is.</summary>
/// <param name="Metadata">Metadata of its assembly.</param>
/// <param name="Assembly">Name of its assembly.</param>
/// <param name="Handle">Its handle in these metadata.</param>
internal sealed record CataloguedType(MetadataReader Metadata, string Assembly, TypeDefinitionHandle Handle)
{
    public TypeDefinition Definition => Metadata.GetTypeDefinition(Handle);

    /// <summary>How many generic parameters it has, those of the types around it included.</summary>
    public int Arity => Definition.GetGenericParameters().Count;

    /// <summary>Whether it is a struct or an enumeration: its base type says so.</summary>
    public bool IsValueType
    {
        get
        {
            var name = Definition.BaseType.Kind switch
            {
                HandleKind.TypeReference when Definition.BaseType is { IsNil: false } reference => Metadata.GetTypeReference((TypeReferenceHandle)reference).Name,
                HandleKind.TypeDefinition when Definition.BaseType is { IsNil: false } definition => Metadata.GetTypeDefinition((TypeDefinitionHandle)definition).Name,
                _ => default,
            };

            // System.Enum itself is a class although its base is System.ValueType.
            return Metadata.GetString(name) is "ValueType" or "Enum" && !Metadata.StringComparer.Equals(Definition.Name, "Enum");
        }
    }

    /// <summary>Methods with a body that a printed method may mean; overloads are told apart by the number of their parameters alone.</summary>
    public IEnumerable<MethodDefinition> Find(PrintedMethod method) => Definition.GetMethods().Select(Metadata.GetMethodDefinition).Where(candidate =>
        candidate.RelativeVirtualAddress != 0
        && Metadata.StringComparer.Equals(candidate.Name, method.Name)
        && candidate.GetGenericParameters().Count == method.Arguments.Count
        && ParameterCount(candidate) == method.Parameters);

    private int ParameterCount(MethodDefinition method)
    {
        var signature = Metadata.GetBlobReader(method.Signature);
        if (signature.ReadSignatureHeader().IsGeneric)
        {
            signature.ReadCompressedInteger();
        }

        return signature.ReadCompressedInteger();
    }
}
