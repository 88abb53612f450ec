using System.Text;
using LocalSqs.Protocol;
using LocalSqs.Queues;

namespace LocalSqs.Generation;

/// <summary>Makes a realistic load: usage updates of about 300 bytes and entitlements updates of about 7.5 kB, their times strictly increasing.</summary>
public static class MessageGenerator
{
    /// <summary>The texts of the messages that a fill with these options puts into a queue, in their order.</summary>
    public static IEnumerable<string> Texts(GeneratorOptions options) => Generate(options, static (_, text) => Encoding.UTF8.GetString(text));

    internal static IEnumerable<MessageBody> Bodies(GeneratorOptions options) =>
        Generate<MessageBody>(options, (message, text) => new GeneratedBody(message, options.Features, text.Length, Md5Digest.Of(text)));

    private static IEnumerable<T> Generate<T>(GeneratorOptions options, Func<GeneratedMessage, ReadOnlySpan<byte>, T> make)
    {
        using var text = new PooledBuffer();
        var random = new Mulberry32(options.Seed);
        var templates = MessageTemplates.Plain(options.Features);
        for (var i = 0; i < options.Count; i++)
        {
            var isPrime = options.Prime && i < options.Customers;
            var customer = isPrime ? i : random.Next(options.Customers);
            var isUsage = !isPrime && random.Next() < options.UsageShare;
            var message = new GeneratedMessage(isUsage, customer, random.State, options.StartAt + i);
            text.Clear();
            random = new Mulberry32(message.Write(templates, text));
            yield return make(message, text.WrittenSpan);
        }
    }
}
