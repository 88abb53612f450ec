using System.Text;
using PersistentCacheService.Messages;
using PersistentCacheService.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class MemberTableTests
{
    [Fact]
    public void Members_are_found_in_any_order_and_spelling_among_others()
    {
        var table = new MemberTable();
        var (a, b, c) = (table.Add("alpha"), table.Add("beta"), table.Add("gamma"));
        using var tape = JsonTape.Parse("""{"":0,"x":{"alpha":9},"\u0062eta":2,"Alpha":3,"alpha":1}"""u8.ToArray());
        var values = new int[table.Count];

        table.Locate(tape, 0, values);

        Assert.Equal("1", Encoding.UTF8.GetString(tape.Text(values[a])));
        Assert.Equal("2", Encoding.UTF8.GetString(tape.Text(values[b])));
        Assert.Equal(0, values[c]);
    }

    [Theory]
    [InlineData("""{"alpha":1,"alpha":2}""")]
    [InlineData("""{"alpha":1,"\u0061lpha":2}""")]
    public void Member_that_occurs_twice_is_refused(string text)
    {
        var table = new MemberTable();
        table.Add("alpha");
        using var tape = JsonTape.Parse(Encoding.UTF8.GetBytes(text));

        var refusal = Assert.Throws<MalformedMessageException>(() => table.Locate(tape, 0, new int[1]));
        Assert.Equal("member alpha occurs twice", refusal.Message);
    }

    [Fact]
    public void Hundred_names_find_their_places()
    {
        var table = new MemberTable();
        var names = Enumerable.Range(0, 100).Select(static i => $"{i / 10}m{i % 10}m").ToArray();
        var indexes = names.Select(table.Add).ToArray();
        using var tape = JsonTape.Parse(Encoding.UTF8.GetBytes("{" + string.Join(',', names.Select(static (name, i) => $"\"{name}\":{i}")) + "}"));
        var values = new int[table.Count];

        table.Locate(tape, 0, values);

        Assert.All(indexes, index => Assert.Equal(index.ToString(System.Globalization.CultureInfo.InvariantCulture), Encoding.UTF8.GetString(tape.Text(values[index]))));
    }
}
