using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis.Tests.Protocol;

public sealed class RespPropertyTests
{
    private static readonly int FuzzRounds = Environment.GetEnvironmentVariable("FAULTS") == "full" ? 5_000_000 : 100_000;

    [Fact]
    public void Any_reply_in_any_pieces_comes_out_as_it_went_in()
    {
        var cuts = Gen.Choose(1, 9).ListOf(30);
        Prop.ForAll(
            Reply(4).ToArbitrary(),
            cuts.ToArbitrary(),
            (resp, lengths) => string.Equals(resp, RespSamples.Write(RespSamples.Parse(Cut(RespSamples.Bytes(resp), [.. lengths])).Single()), StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Damaged_replies_never_make_the_parser_throw_anything_but_its_own_exception_or_allocate_without_bound()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        var corpus = RespSamples.Whole.Select(RespSamples.Bytes).ToArray();
        var limits = new RespLimits(MaxBulkLength: 1 << 26, MaxElements: 1 << 20);
        var refused = 0;
        for (var round = 0; round < FuzzRounds; round++)
        {
            var bytes = Damage(corpus, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var reader = new RespReader(limits);
                var cut = random.Next(bytes.Length + 1);
                var input = RespSamples.Sequence([bytes[..cut], bytes[cut..]]);
                while (reader.TryRead(ref input, out _))
                {
                    // Each whole reply is fine.
                }
            }
            catch (RespProtocolException)
            {
                refused++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 512 * 1024, $"round {round} of seed {Seed} allocated {allocated} bytes for {Convert.ToHexString(bytes)}");
        }

        Assert.InRange(refused, FuzzRounds / 10, FuzzRounds);
    }

    /// <summary>A random reply in RESP, arrays nested at most <paramref name="depth"/> deep.</summary>
    private static Gen<string> Reply(int depth)
    {
        var line = Gen.Elements("", "OK", "PONG", "ERR something", "a b c", new string('l', 300));
        var bytes = Gen.Choose(0, 255).ListOf(12).Select(list => string.Concat(list.Select(b => (char)b)));
        Gen<string>[] plain =
        [
            line.Select(text => $"+{text}\r\n"),
            line.Select(text => $"-{text}\r\n"),
            ArbMap.Default.GeneratorFor<long>().Select(number => $":{number.ToString(CultureInfo.InvariantCulture)}\r\n"),
            bytes.Select(value => $"${value.Length}\r\n{value}\r\n"),
            Gen.Constant("$-1\r\n"),
            Gen.Constant("$0\r\n\r\n"),
        ];
        return depth == 0
            ? Gen.OneOf(plain)
            : Gen.OneOf([.. plain, Reply(depth - 1).ListOf(3).Select(items => $"*{items.Count}\r\n{string.Concat(items)}"), Gen.Constant("*0\r\n")]);
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, int[] lengths)
    {
        var position = 0;
        for (var i = 0; position < bytes.Length; i++)
        {
            var end = Math.Min(bytes.Length, position + lengths[i % lengths.Length]);
            yield return bytes[position..end];
            position = end;
        }
    }

    private static byte[] Damage(byte[][] corpus, Random random)
    {
        var bytes = new List<byte>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            bytes.AddRange(corpus[random.Next(corpus.Length)]);
        }

        const string Alphabet = "+-:$*\r\n0123456789x";
        for (var i = random.Next(4); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes[at] = (byte)Alphabet[random.Next(Alphabet.Length)];
                    break;
            }
        }

        return [.. bytes];
    }
}
