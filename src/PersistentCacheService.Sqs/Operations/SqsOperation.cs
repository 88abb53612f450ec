using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Operations;

/// <summary>One action of SQS in the AWS JSON 1.0 protocol: how its request is written and its reply read. Knows no network.</summary>
internal abstract class SqsOperation<TRequest, TResponse>
    where TResponse : AmazonWebServiceResponse
{
    protected SqsOperation(string name)
    {
        Name = name;
        Target = $"AmazonSQS.{name}";
        TargetUtf8 = Encoding.ASCII.GetBytes(Target);
    }

    /// <summary>Name of the action, e.g. <c>ReceiveMessage</c>.</summary>
    public string Name { get; }

    /// <summary>Value of the header <c>X-Amz-Target</c>.</summary>
    public string Target { get; }

    /// <summary><see cref="Target"/> as bytes, for the signature.</summary>
    public byte[] TargetUtf8 { get; }

    /// <summary>Whether doing it twice is the same as once, so that it may be repeated when nobody knows whether it arrived.</summary>
    public virtual bool Repeatable => true;

    /// <summary>Writes the members of the request's object.</summary>
    public abstract void WriteMembers(Utf8JsonWriter writer, TRequest request);

    /// <summary>Reads a reply and takes over <paramref name="content"/>: disposes it, or hands it to the response.</summary>
    /// <exception cref="JsonException">The reply is not JSON of the expected form; <paramref name="content"/> is the caller's to dispose.</exception>
    public virtual TResponse ReadResponse(PooledBytes content)
    {
        var reader = new Utf8JsonReader(content.Span);
        var response = ReadResponse(ref reader);
        reader.RequireEnd();
        content.Dispose();
        return response;
    }

    /// <summary>Reads the reply's object.</summary>
    protected abstract TResponse ReadResponse(ref Utf8JsonReader reader);

    /// <summary>Writes a list of strings; nothing when it is null.</summary>
    protected static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<byte> name, List<string>? values)
    {
        if (values is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a string; nothing when it is null.</summary>
    protected static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    /// <summary>Writes a number; nothing when it is null.</summary>
    protected static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
