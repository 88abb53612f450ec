using System.Text;
using EntitlementCache.Caching;

namespace PersistentCacheService.Tests.Caching;

public sealed class Utf8OutputTests
{
    [Fact]
    public void Integer_is_written_whole_at_every_place_near_the_end_of_the_buffer()
    {
        for (var before = 4070; before <= 4100; before++)
        {
            var output = new Utf8Output();
            output.Write(new byte[before]);
            output.Write(long.MinValue);

            Assert.Equal("-9223372036854775808", Encoding.ASCII.GetString(output.Written[before..]));
        }
    }

    [Fact]
    public void Text_longer_than_twice_the_buffer_is_written_behind_another()
    {
        var text = Enumerable.Repeat((byte)'x', 20_000).ToArray();
        var output = new Utf8Output();
        output.Write("before"u8);
        output.Write(text);

        Assert.Equal([.. "before"u8, .. text], output.Written.ToArray());
    }
}
