using System.Text;
using LocalSqs.Generation;

namespace Microbenchmarks;

/// <summary>The messages of the end-to-end benchmark.</summary>
internal static class Samples
{
    /// <summary>An entitlements message with 10 features, about 7.5 kB.</summary>
    public static byte[] Entitlements { get; } = First(new GeneratorOptions { Count = 1, UsageShare = 0 });

    /// <summary>A usage message, about 300 bytes.</summary>
    public static byte[] Usage { get; } = First(new GeneratorOptions { Count = 1, UsageShare = 1 });

    /// <summary>An entitlements message with 1400 features, 1 MiB: SQS's limit.</summary>
    public static byte[] Largest { get; } = First(new GeneratorOptions { Count = 1, UsageShare = 0, Features = 1400 });

    private static byte[] First(GeneratorOptions options) => Encoding.UTF8.GetBytes(MessageGenerator.Texts(options).First());
}
