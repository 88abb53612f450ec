namespace PersistentCacheService.Sqs;

/// <summary>Constants of the AWS JSON 1.0 protocol.</summary>
internal static class SqsProtocol
{
    public const string ContentType = "application/x-amz-json-1.0";

    public static ReadOnlySpan<byte> ContentTypeUtf8 => "application/x-amz-json-1.0"u8;
}
