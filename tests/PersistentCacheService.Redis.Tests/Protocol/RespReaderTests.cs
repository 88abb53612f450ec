using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis.Tests.Protocol;

public sealed class RespReaderTests
{
    public static TheoryData<string> Replies { get; } = new(RespSamples.Whole);

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_the_same_wherever_it_is_cut_in_two(string resp)
    {
        var bytes = RespSamples.Bytes(resp);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reply = Assert.Single(RespSamples.Parse([bytes[..cut], bytes[cut..]]));
            Assert.Equal(resp, RespSamples.Write(reply));
        }
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_the_same_in_two_segments_that_arrive_together(string resp)
    {
        var bytes = RespSamples.Bytes(resp);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new RespReader(RespSamples.Limits);
            var input = RespSamples.Sequence([bytes[..cut], bytes[cut..]]);
            Assert.True(reader.TryRead(ref input, out var reply));
            Assert.Equal(resp, RespSamples.Write(reply));
            Assert.True(input.IsEmpty);
        }
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_that_arrives_byte_by_byte_is_the_same(string resp)
    {
        var reply = Assert.Single(RespSamples.Parse(RespSamples.Bytes(resp).Select(one => new[] { one })));
        Assert.Equal(resp, RespSamples.Write(reply));
    }

    [Fact]
    public void Several_replies_cut_anywhere_come_out_in_order()
    {
        var resp = string.Concat(RespSamples.Whole);
        var bytes = RespSamples.Bytes(resp);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(resp, string.Concat(RespSamples.Parse([bytes[..cut], bytes[cut..]]).Select(RespSamples.Write)));
        }
    }

    [Fact]
    public void Null_string_and_null_array_are_the_same_null() =>
        Assert.All(RespSamples.Parse([RespSamples.Bytes("$-1\r\n*-1\r\n")]), reply => Assert.True(reply.IsNull));

    [Fact]
    public void Half_a_reply_is_no_reply_and_leaves_no_more_than_its_unfinished_line()
    {
        var reader = new RespReader(RespSamples.Limits);
        var input = RespSamples.Sequence([RespSamples.Bytes("*2\r\n$10\r\n01234")]);
        Assert.False(reader.TryRead(ref input, out _));
        Assert.True(input.IsEmpty);
        input = RespSamples.Sequence([RespSamples.Bytes("56789\r\n:4")]);
        Assert.False(reader.TryRead(ref input, out _));
        Assert.Equal(2, input.Length);
    }

    [Theory]
    [InlineData("OK\r\n")]
    [InlineData("\r\n")]
    [InlineData("_\r\n")]
    [InlineData("#t\r\n")]
    [InlineData("%1\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\u0015\u0003\u0003")]
    [InlineData("+OK\n")]
    [InlineData("+OK\rX")]
    [InlineData("+O\nK\r\n")]
    [InlineData(":\r\n")]
    [InlineData(":1a\r\n")]
    [InlineData(":1.5\r\n")]
    [InlineData(": 1\r\n")]
    [InlineData(":9223372036854775808\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$+1\r\nx\r\n")]
    [InlineData("$1x\r\nx\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("$1048577\r\n")]
    [InlineData("$2\r\nabc\r\n")]
    [InlineData("$2\r\nab\n\r")]
    [InlineData("*-2\r\n")]
    [InlineData("*10001\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:9\r\n")]
    public void What_is_not_resp2_or_exceeds_a_limit_is_refused(string resp)
    {
        var bytes = RespSamples.Bytes(resp);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Throws<RespProtocolException>(() => RespSamples.Parse([bytes[..cut], bytes[cut..]]));
        }
    }

    [Fact]
    public void A_line_without_end_is_refused_when_it_gets_too_long()
    {
        var line = RespSamples.Bytes("+" + new string('x', RespLimits.MaxLineLength + 1));
        Assert.Throws<RespProtocolException>(() => RespSamples.Parse([line]));
    }

    [Fact]
    public void Elements_count_over_the_whole_reply_and_start_anew_with_the_next()
    {
        var limits = new RespLimits(MaxBulkLength: 10, MaxElements: 4);
        Assert.Equal(2, RespSamples.Parse([RespSamples.Bytes("*3\r\n:1\r\n:2\r\n:3\r\n*3\r\n:1\r\n:2\r\n:3\r\n")], limits).Count);
        Assert.Throws<RespProtocolException>(() => RespSamples.Parse([RespSamples.Bytes("*2\r\n*1\r\n:1\r\n*1\r\n:2\r\n")], limits));
    }

    [Fact]
    public void An_announced_length_costs_nothing_before_its_bytes_arrive()
    {
        var limits = new RespLimits(MaxBulkLength: int.MaxValue, MaxElements: int.MaxValue);
        var announced = RespSamples.Bytes("*2000000000\r\n$2000000000\r\nabc");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new RespReader(limits);
        var input = RespSamples.Sequence([announced]);
        Assert.False(reader.TryRead(ref input, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }

    [Fact]
    public void A_long_string_grows_with_its_bytes_and_comes_out_whole()
    {
        var value = new string('v', 900_000);
        var bytes = RespSamples.Bytes($"$900000\r\n{value}\r\n");
        var reply = Assert.Single(RespSamples.Parse(bytes.Chunk(10_007)));
        Assert.Equal(value, reply.AsText());
    }

    [Fact]
    public void A_long_array_comes_out_whole()
    {
        var resp = "*9000\r\n" + string.Concat(Enumerable.Range(0, 9000).Select(i => $":{i}\r\n"));
        Assert.Equal(resp, RespSamples.Write(Assert.Single(RespSamples.Parse(RespSamples.Bytes(resp).Chunk(4099)))));
    }
}
