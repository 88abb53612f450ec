using TestKit.Messages;

namespace PersistentCacheService.IntegrationTests.DeadLetters;

/// <summary><c>dlq drop</c>: deletes what is meant, after a yes.</summary>
public sealed class DropTests
{
    [Fact]
    public async Task Without_a_yes_nothing_is_deleted()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("not JSON", DeadLetterWorld.Usage("customer-1", 1));

        var run = await world.RunAsync("drop", "--only", "malformed");

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("1 message of 2 seen in stigg-dlq would be deleted for good. Nothing was deleted: say --yes.", run.Printed, StringComparison.Ordinal);
        Assert.Equal(2, world.Dead.Counts.Ready);
    }

    [Theory]
    [InlineData("--only malformed", 3, 1)]
    [InlineData("--only applies-now", 1, 3)]
    [InlineData("--reason JSON", 2, 2)]
    [InlineData("--older-than 1d", 0, 4)]
    [InlineData("--older-than 0s", 4, 0)]
    [InlineData("--all", 4, 0)]
    public async Task What_the_filter_fits_goes_and_the_rest_stays_visible(string filter, int dropped, int kept)
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("not JSON", "{", StiggMessages.Malformed["customer id missing"], DeadLetterWorld.Usage("customer-1", 1));

        var drop = await world.JsonAsync(["drop", .. filter.Split(' '), "--yes"]);

        Assert.Equal((dropped, kept), ((int)drop["dropped"]!, (int)drop["kept"]!));
        Assert.Equal((kept, 0), (world.Dead.Counts.Ready, world.Main.Counts.Total));
    }

    [Fact]
    public async Task One_message_is_dropped_by_the_first_letters_of_its_id()
    {
        await using var world = await DeadLetterWorld.StartAsync();
        await world.GiveUpAsync("one", "two");
        var id = world.Dead.Peek().Single(static message => message.Body == "one").MessageId;

        await world.JsonAsync("drop", id[..8], "--yes");

        Assert.Equal("two", Assert.Single(world.Dead.Peek()).Body);
    }
}
