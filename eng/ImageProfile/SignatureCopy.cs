using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace ImageProfile;

/// <summary>A method's signature with its references to types made the profile's own (ECMA-335, II.23.2.1 and II.23.2.12); all else stays as it is.</summary>
internal sealed class SignatureCopy(TypeReferences types, CataloguedType context)
{
    private readonly BlobBuilder _copy = new();

    public BlobBuilder Of(MethodDefinition method)
    {
        var signature = context.Metadata.GetBlobReader(method.Signature);
        CopyMethod(ref signature);
        return _copy;
    }

    private void CopyMethod(ref BlobReader signature)
    {
        var header = signature.ReadSignatureHeader();
        _copy.WriteByte(header.RawValue);
        if (header.IsGeneric)
        {
            CopyInteger(ref signature);
        }

        for (var left = CopyInteger(ref signature) + 1; left > 0; left--) // The parameters' and what it returns.
        {
            CopyType(ref signature);
        }
    }

    private void CopyType(ref BlobReader signature)
    {
        var code = signature.ReadByte();
        _copy.WriteByte(code);
        switch ((SignatureTypeCode)code)
        {
            case SignatureTypeCode.Pointer or SignatureTypeCode.ByReference or SignatureTypeCode.SZArray or SignatureTypeCode.Pinned or SignatureTypeCode.Sentinel:
                CopyType(ref signature);
                break;
            case SignatureTypeCode.RequiredModifier or SignatureTypeCode.OptionalModifier:
                CopyReference(ref signature);
                CopyType(ref signature);
                break;
            case SignatureTypeCode.GenericTypeParameter or SignatureTypeCode.GenericMethodParameter:
                CopyInteger(ref signature);
                break;
            case SignatureTypeCode.GenericTypeInstance:
                CopyType(ref signature);
                for (var arguments = CopyInteger(ref signature); arguments > 0; arguments--)
                {
                    CopyType(ref signature);
                }

                break;
            case SignatureTypeCode.Array:
                CopyType(ref signature);
                CopyInteger(ref signature);
                CopyIntegers(ref signature); // Sizes.
                CopyIntegers(ref signature); // Lower bounds: these may be negative, but are copied as they are encoded.
                break;
            case SignatureTypeCode.FunctionPointer:
                CopyMethod(ref signature);
                break;
            default:
                if ((SignatureTypeKind)code is SignatureTypeKind.Class or SignatureTypeKind.ValueType)
                {
                    CopyReference(ref signature);
                }

                break;
        }
    }

    private void CopyReference(ref BlobReader signature) =>
        _copy.WriteCompressedInteger(CodedIndex.TypeDefOrRef(types.To(context, signature.ReadTypeHandle())));

    private int CopyInteger(ref BlobReader signature)
    {
        var value = signature.ReadCompressedInteger();
        _copy.WriteCompressedInteger(value);
        return value;
    }

    private void CopyIntegers(ref BlobReader signature)
    {
        for (var count = CopyInteger(ref signature); count > 0; count--)
        {
            CopyInteger(ref signature);
        }
    }
}
