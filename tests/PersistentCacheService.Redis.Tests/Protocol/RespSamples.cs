using System.Buffers;
using System.Globalization;
using System.Text;
using PersistentCacheService.Redis.Protocol;

namespace PersistentCacheService.Redis.Tests.Protocol;

/// <summary>Feeds the parser and shows what it made of it.</summary>
internal static class RespSamples
{
    public static readonly RespLimits Limits = new(MaxBulkLength: 1 << 20, MaxElements: 10_000);

    /// <summary>Every kind of reply, whole.</summary>
    public static readonly IReadOnlyList<string> Whole =
    [
        "+OK\r\n",
        "+PONG\r\n",
        "+\r\n",
        "+a status with blanks\r\n",
        "-ERR unknown command\r\n",
        "-\r\n",
        ":0\r\n",
        ":-1\r\n",
        ":9223372036854775807\r\n",
        ":-9223372036854775808\r\n",
        "$0\r\n\r\n",
        "$5\r\nhello\r\n",
        "$9\r\na\r\nb\n\rc$1\r\n",
        "$-1\r\n",
        "*0\r\n",
        "*1\r\n$-1\r\n",
        "*3\r\n:1\r\n$3\r\ntwo\r\n+three\r\n",
        "*3\r\n*2\r\n:1\r\n*0\r\n-WRONGTYPE inside\r\n*1\r\n*1\r\n$2\r\nok\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:8\r\n",
    ];

    /// <summary>A reply written out again in RESP; strict enough to compare by.</summary>
    public static string Write(RedisReply reply) => reply.Kind switch
    {
        RedisReplyKind.Null => "$-1\r\n",
        RedisReplyKind.Integer => $":{reply.Integer.ToString(CultureInfo.InvariantCulture)}\r\n",
        RedisReplyKind.SimpleString => $"+{Latin(reply)}\r\n",
        RedisReplyKind.Error => $"-{Latin(reply)}\r\n",
        RedisReplyKind.BulkString => $"${reply.Bytes.Length}\r\n{Latin(reply)}\r\n",
        _ => $"*{reply.Items.Length}\r\n{string.Concat(reply.Items.ToArray().Select(Write))}",
    };

    public static byte[] Bytes(string latin) => Encoding.Latin1.GetBytes(latin);

    /// <summary>Everything the parser finds when the pieces arrive one after the other, each glued to what was left over, as a pipe does.</summary>
    public static List<RedisReply> Parse(IEnumerable<byte[]> pieces, RespLimits? limits = null)
    {
        var reader = new RespReader(limits ?? Limits);
        var replies = new List<RedisReply>();
        var left = new List<byte[]>();
        foreach (var piece in pieces)
        {
            left.Add(piece);
            var input = Sequence(left);
            while (reader.TryRead(ref input, out var reply))
            {
                replies.Add(reply);
            }

            left = Segments(input);
        }

        Assert.Empty(left);
        return replies;
    }

    /// <summary>The pieces as segments of one sequence, none of them joined.</summary>
    public static ReadOnlySequence<byte> Sequence(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segment(pieces[0], 0);
        var last = first;
        foreach (var piece in pieces.Skip(1))
        {
            last = last.Append(piece);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static List<byte[]> Segments(ReadOnlySequence<byte> input)
    {
        var pieces = new List<byte[]>();
        foreach (var memory in input)
        {
            if (!memory.IsEmpty)
            {
                pieces.Add(memory.ToArray());
            }
        }

        return pieces;
    }

    private static string Latin(RedisReply reply) => Encoding.Latin1.GetString(reply.Bytes.Span);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
