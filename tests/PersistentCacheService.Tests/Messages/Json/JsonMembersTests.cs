using System.Text;
using System.Text.Json;
using EntitlementCache.Messages;
using EntitlementCache.Messages.Json;

namespace PersistentCacheService.Tests.Messages.Json;

public sealed class JsonMembersTests
{
    [Fact]
    public void Members_are_found_in_any_order_and_spelling_among_others()
    {
        using var document = JsonBody.Parse("""{"":0,"x":{"alpha":9},"\u0062eta":2,"Alpha":3,"alph\u0061\ud800":4,"alpha":1,"delta":null}"""u8.ToArray());
        var members = new JsonMembers(new("alpha", "beta", "gamma", "delta"), document.RootElement, JsonPath.Payload);

        Assert.Equal(1, members.Number("alpha").GetInt32());
        Assert.Equal(2, members.Number("beta").GetInt32());
        Assert.False(members.IsPresent("gamma"));
        Assert.True(members.IsPresent("delta"));
        Assert.False(members.HasValue("delta"));
        Assert.Equal(JsonValueKind.Undefined, members.ValueOf("delta").ValueKind);
    }

    [Theory]
    [InlineData("""{"alpha":1,"alpha":2}""")]
    [InlineData("""{"alpha":null,"alpha":null}""")]
    [InlineData("""{"alpha":1,"\u0061lpha":2}""")]
    public void Member_that_occurs_twice_is_refused(string text)
    {
        using var document = JsonBody.Parse(Encoding.UTF8.GetBytes(text));

        var refusal = Assert.Throws<MalformedMessageException>(() => new JsonMembers(new("alpha"), document.RootElement, JsonPath.Payload).IsAbsent);
        Assert.Equal("member alpha occurs twice", refusal.Message);
        Assert.Equal("alpha", refusal.Path);
    }

    [Fact]
    public void Object_that_is_absent_has_no_members()
    {
        using var document = JsonBody.Parse("{}"u8.ToArray());
        var inside = new JsonMembers(new("alpha"), document.RootElement, JsonPath.Payload).Inside("alpha", new("beta"));

        Assert.True(inside.IsAbsent);
        Assert.False(inside.Flag("beta"));
        Assert.Null(inside.Date("beta"));
        Assert.True(inside.OptionalId("beta").IsEmpty);
    }

    [Fact]
    public void Every_name_of_a_full_table_finds_its_place()
    {
        var names = Enumerable.Range(0, JsonMembers.MaxNames).Select(static i => new string('m', i % 7) + i).ToArray();
        using var document = JsonBody.Parse(Encoding.UTF8.GetBytes("{" + string.Join(',', names.Select(static (name, i) => $"\"{name}\":{i}")) + "}"));
        var members = new JsonMembers(new(names), document.RootElement, JsonPath.Payload);

        for (var i = 0; i < names.Length; i++)
        {
            Assert.Equal(i, members.Number(names[i]).GetInt32());
        }
    }

    [Fact]
    public void Table_has_no_room_for_more() =>
        Assert.Throws<ArgumentException>(static () => new MemberTable([.. Enumerable.Range(0, JsonMembers.MaxNames + 1).Select(static i => $"m{i}")]));

    [Fact]
    public void Names_by_the_thousand_with_half_a_surrogate_pair_are_passed_over()
    {
        using var document = JsonBody.Parse(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Repeat("\"alpha\\ud800\":1", 65_000)) + "}"));
        var members = new JsonMembers(new("alpha"), document.RootElement, JsonPath.Payload);

        Assert.False(members.IsPresent("alpha"));
    }
}
