namespace Amazon.SQS.Model;

/// <summary>An attribute that the sender gave a message.</summary>
public sealed class MessageAttributeValue
{
    /// <summary><c>String</c>, <c>Number</c> or <c>Binary</c>, with an optional label after a dot.</summary>
    public string? DataType { get; set; }

    /// <summary>The value of a String or Number.</summary>
    public string? StringValue { get; set; }

    /// <summary>The value of a Binary.</summary>
    public MemoryStream? BinaryValue { get; set; }
}
