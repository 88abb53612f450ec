using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace PersistentCacheService.Redis.Tests;

public sealed class RedisCommandTests
{
    private static readonly RedisScript Script = new("test", "return 1");

    [Fact]
    public void A_plain_command_is_an_array_of_bulk_strings()
    {
        using var command = RedisCommand.Create("SET"u8).AddKey("ключ").Add("v"u8).Add("EX").Add(-5).Add(string.Empty);
        Assert.Equal("*6\r\n$3\r\nSET\r\n$8\r\nключ\r\n$1\r\nv\r\n$2\r\nEX\r\n$2\r\n-5\r\n$0\r\n\r\n", FrameOf(command));
        Assert.Equal("SET", command.Name);
    }

    [Fact]
    public void A_script_goes_by_its_sha1_with_the_number_of_keys_and_by_its_body_when_asked()
    {
        using var command = RedisCommand.ForScript(Script).AddKey("k1"u8).AddKey("k2").Add(long.MinValue);
        const string Rest = "$1\r\n2\r\n$2\r\nk1\r\n$2\r\nk2\r\n$20\r\n-9223372036854775808\r\n";
        Assert.Equal("e0e1f9fabfc9d4800c877a703b823ac0578ff8db", Script.Sha1);
        Assert.Equal($"*6\r\n$7\r\nEVALSHA\r\n$40\r\n{Script.Sha1}\r\n{Rest}", FrameOf(command));
        Assert.Equal($"*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n{Rest}", FrameOf(command, wholeScript: true));
        Assert.Equal("test", command.Name);
    }

    [Fact]
    public void A_script_without_keys_announces_none()
    {
        using var command = RedisCommand.ForScript(Script);
        Assert.EndsWith("$1\r\n0\r\n", FrameOf(command), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_s_prefix_has_room_for_the_largest_numbers()
    {
        using var command = RedisCommand.ForScript(Script);
        var expected = new StringBuilder();
        const int Keys = 12_345;
        for (var i = 0; i < Keys; i++)
        {
            command.AddKey("k"u8);
            expected.Append("$1\r\nk\r\n");
        }

        Assert.Equal($"*{Keys + 3}\r\n$7\r\nEVALSHA\r\n$40\r\n{Script.Sha1}\r\n$5\r\n{Keys}\r\n{expected}", FrameOf(command));
    }

    [Fact]
    public void A_streamed_value_of_any_length_is_framed_like_a_given_one() =>
        Prop.ForAll(Gen.Choose(0, 20_000).ToArbitrary(), Gen.Choose(1, 3000).ToArbitrary(), (length, piece) =>
        {
            var value = new byte[length];
            for (var i = 0; i < length; i++)
            {
                value[i] = (byte)i;
            }

            using var given = RedisCommand.Create("X"u8).Add(value).Add("after"u8);
            using var streamed = RedisCommand.Create("X"u8);
            var writer = streamed.BeginValue();
            foreach (var part in value.Chunk(piece))
            {
                part.CopyTo(writer.GetSpan(part.Length));
                writer.Advance(part.Length);
            }

            streamed.EndValue().Add("after"u8);
            given.SealAndKeep();
            streamed.SealAndKeep();
            var equal = given.Frame.SequenceEqual(streamed.Frame);
            given.Release();
            streamed.Release();
            return equal;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(9999)]
    [InlineData(10_000)]
    [InlineData(2_000_000)]
    public void A_streamed_value_is_right_on_both_sides_of_every_header_width(int length)
    {
        using var command = RedisCommand.Create("X"u8);
        command.BeginValue().Write(new byte[length]);
        command.EndValue();
        Assert.Equal($"*2\r\n$1\r\nX\r\n${length.ToString(CultureInfo.InvariantCulture)}\r\n{new string('\0', length)}\r\n", FrameOf(command));
    }

    [Fact]
    public void Misuse_is_told_at_once()
    {
        var command = RedisCommand.ForScript(Script).AddKey("k"u8).Add("argument");
        Assert.Throws<InvalidOperationException>(() => command.AddKey("late"));
        Assert.Throws<InvalidOperationException>(() => command.EndValue());
        var writer = command.BeginValue();
        Assert.Throws<InvalidOperationException>(() => command.Add(1));
        Assert.Throws<InvalidOperationException>(command.SealAndKeep);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(int.MaxValue));
        command.EndValue();
        Assert.Throws<InvalidOperationException>(() => writer.Advance(0));
        command.SealAndKeep();
        Assert.Throws<InvalidOperationException>(() => command.Add("too late"));
        command.Release();
        command.Dispose();
        command.Dispose();
        Assert.Throws<ObjectDisposedException>(command.SealAndKeep);
        Assert.Throws<ObjectDisposedException>(() => command.Add(1));
    }

    [Fact]
    public void A_frame_outlives_its_creator_s_dispose_while_somebody_keeps_it()
    {
        var command = RedisCommand.Create("PING"u8);
        command.SealAndKeep();
        command.Dispose();
        Assert.Equal("*1\r\n$4\r\nPING\r\n"u8, command.Frame);
        command.Release();
    }

    private static string FrameOf(RedisCommand command, bool wholeScript = false)
    {
        command.SealAndKeep();
        var output = new ArrayBufferWriter<byte>();
        command.WriteTo(output, wholeScript);
        command.Release();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
