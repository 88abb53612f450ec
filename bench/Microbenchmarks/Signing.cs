using Amazon.Runtime;
using BenchmarkDotNet.Attributes;
using PersistentCacheService.Sqs.Signing;

namespace Microbenchmarks;

/// <summary>The signature of a request to SQS.</summary>
public class Signing
{
    private static readonly ImmutableCredentials Credentials = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(LocalSqs.Generation.GeneratorOptions.BaseTime);

    private readonly SqsRequestSigner _signer = new("us-east-1");
    private readonly byte[] _receive = new byte[200];
    private readonly byte[] _delete = new byte[3000];

    [Benchmark(Description = "sign a receive of 200 bytes")]
    public int SignReceive() => Sign("AmazonSQS.ReceiveMessage"u8, _receive);

    [Benchmark(Description = "sign a delete of ten messages, 3 kB")]
    public int SignDelete() => Sign("AmazonSQS.DeleteMessageBatch"u8, _delete);

    private int Sign(ReadOnlySpan<byte> target, byte[] body) => _signer.Sign(Credentials, Time, "sqs.us-east-1.amazonaws.com", target, body).Authorization.Length;
}
