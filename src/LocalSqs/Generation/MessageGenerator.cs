using System.Buffers;
using System.Text;
using LocalSqs.Queues;

namespace LocalSqs.Generation;

/// <summary>Makes a realistic load: usage updates of about 300 bytes and entitlements updates of about 7.5 kB, their times strictly increasing.</summary>
public static class MessageGenerator
{
    /// <summary>The texts of the messages that a fill with these options puts into a queue, in their order.</summary>
    public static IEnumerable<string> Texts(GeneratorOptions options) => Generate(options, static (text, _) => Encoding.UTF8.GetString(text));

    internal static IEnumerable<MessageBody> Bodies(GeneratorOptions options)
    {
        var escaped = new MessageTemplates(options.Features, "\\\"");
        return Generate<MessageBody>(options, (text, origin) => new Body(MessageBody.Digest(text), origin, escaped));
    }

    private static IEnumerable<T> Generate<T>(GeneratorOptions options, Func<ReadOnlySpan<byte>, Origin, T> make)
    {
        var random = new Mulberry32(options.Seed);
        var templates = new MessageTemplates(options.Features, "\"");
        var text = new byte[templates.Longest];
        for (var i = 0; i < options.Count; i++)
        {
            var isPrime = options.Prime && i < options.Customers;
            var customer = isPrime ? i : random.Next(options.Customers);
            var isUsage = !isPrime && random.Next() < options.UsageShare;
            var origin = new Origin(isUsage, customer, random, options.StartAt + i);
            var length = origin.Write(text, templates, ref random);
            yield return make(text.AsSpan(0, length), origin);
        }
    }

    // All that a message is made of.
    private readonly record struct Origin(bool IsUsage, int Customer, Mulberry32 Random, long Time)
    {
        public int Write(Span<byte> utf8, MessageTemplates templates, ref Mulberry32 random) =>
            IsUsage ? templates.WriteUsage(utf8, Customer, ref random, Time) : templates.WriteEntitlements(utf8, Customer, ref random, Time);
    }

    // Kept as the few numbers it is made of: a million messages of 2.5 kB take some 100 MB instead of 2.5 GB.
    private sealed class Body(UInt128 md5, Origin origin, MessageTemplates escaped) : MessageBody(md5)
    {
        public override byte[] ReadJson()
        {
            var scratch = ArrayPool<byte>.Shared.Rent(escaped.Longest + 2);
            var random = origin.Random;
            var length = origin.Write(scratch.AsSpan(1), escaped, ref random);
            scratch[0] = scratch[length + 1] = (byte)'"';
            var json = scratch.AsSpan(0, length + 2).ToArray();
            ArrayPool<byte>.Shared.Return(scratch);
            return json;
        }
    }
}
