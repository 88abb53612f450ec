using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using PersistentCacheService.Sqs.Transport;

namespace PersistentCacheService.Sqs.Tests.Transport;

public sealed class PooledBytesTests
{
    [Fact]
    public void Any_pieces_come_out_as_one_run()
    {
        var pieces = Gen.Choose(0, 5000).SelectMany(static size => ArbMap.Default.GeneratorFor<byte>().ArrayOf(size)).ListOf(5);
        Prop.ForAll(pieces.ToArbitrary(), static pieces =>
        {
            using var bytes = new PooledBytes(1);
            foreach (var piece in pieces)
            {
                bytes.Write(piece);
            }

            return bytes.Memory.Span.SequenceEqual(pieces.SelectMany(static piece => piece).ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Advancing_past_the_room_is_refused()
    {
        using var bytes = new PooledBytes(16);
        var room = bytes.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Advance(-1));
    }

    [Fact]
    public void Nothing_is_readable_after_the_bytes_are_given_back_or_abandoned()
    {
        var returned = new PooledBytes(16);
        returned.Dispose();
        returned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => returned.Memory);
        var abandoned = new PooledBytes(16);
        abandoned.Abandon();
        abandoned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => abandoned.Memory);
    }
}
