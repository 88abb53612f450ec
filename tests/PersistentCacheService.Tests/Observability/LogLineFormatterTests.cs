using System.Text;
using System.Text.Json.Nodes;
using EntitlementCache.Observability;
using EntitlementCache.Settings;
using Microsoft.Extensions.Logging;
using PersistentCacheService.Observability;

namespace PersistentCacheService.Tests.Observability;

public sealed class LogLineFormatterTests
{
    private static readonly LoggingSettings Keys = LoggingSettings.Default with { MessageKey = "message", ErrorKey = "error" };

    [Fact]
    public void A_line_has_pinos_members_in_pinos_order_then_the_values_of_the_message()
    {
        var line = Assert.Single(Write(Keys, static logger => Log.Ready(logger, 512)));

        Assert.Matches("""^\{"level":30,"time":\d{13},"pid":\d+,"hostname":"[^"]+","message":"Ready after 512 ms: Redis accepts writes, the queue answers","milliseconds":512,"event":1003,"name":"LogLineFormatterTests"\}$""", line);
    }

    [Theory]
    [InlineData(LogLevel.Debug, 20)]
    [InlineData(LogLevel.Information, 30)]
    [InlineData(LogLevel.Warning, 40)]
    [InlineData(LogLevel.Error, 50)]
    [InlineData(LogLevel.Critical, 60)]
    public void Levels_are_pinos_numbers(LogLevel level, int number) =>
        Assert.Equal(number, (int)JsonNode.Parse(Assert.Single(Write(Keys, logger => logger.Log(level, "text"))))!["level"]!);

    [Fact]
    public void An_error_has_type_message_and_a_stack_with_its_inner_errors()
    {
        var line = JsonNode.Parse(Assert.Single(Write(Keys, static logger => EntitlementCache.Log.Crashed(logger, Thrown()))))!;

        Assert.Equal("InvalidOperationException", (string?)line["error"]!["type"]);
        Assert.Equal("outer \"quoted\"", (string?)line["error"]!["message"]);
        Assert.Contains(nameof(Thrown), (string)line["error"]!["stack"]!, StringComparison.Ordinal);
        Assert.Contains("inner cause", (string)line["error"]!["stack"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Suppressed_lines_are_told_only_when_there_were_some()
    {
        var lines = Write(Keys, static logger =>
        {
            Log.HandlesExpired(logger, 3, 0);
            Log.HandlesExpired(logger, 3, 12);
        });

        Assert.Equal("3 processed messages were not deleted before their handles expired; they will be delivered again", (string?)JsonNode.Parse(lines[0])!["message"]);
        Assert.Null(JsonNode.Parse(lines[0])!["suppressed"]);
        Assert.EndsWith("they will be delivered again [12 similar suppressed]", (string?)JsonNode.Parse(lines[1])!["message"], StringComparison.Ordinal);
        Assert.Equal(12, (int?)JsonNode.Parse(lines[1])!["suppressed"]);
    }

    [Fact]
    public void A_value_named_like_a_fixed_member_does_not_hide_it()
    {
        var line = JsonNode.Parse(Assert.Single(Write(Keys, static logger => logger.LogInformation("{Level} {Message} {Pid}", "a", "b", "c"))))!;

        Assert.Equal(30, (int)line["level"]!);
        Assert.Equal("a b c", (string?)line["message"]);
        Assert.Equal(("a", "b", "c"), ((string?)line["_level"], (string?)line["_message"], (string?)line["_pid"]));
    }

    [Fact]
    public void Text_of_any_kind_stays_one_line_of_valid_json()
    {
        var lines = Write(Keys, static logger =>
        {
            logger.LogInformation("{Text}", "line\nbreak \"quote\" \u0001 ümläut 😀 \ud800");
            logger.LogInformation("{Number} {Flag} {Nothing} {Span}", 1.5, true, null, TimeSpan.FromSeconds(1));
        });

        Assert.Equal(2, lines.Length);
        Assert.Equal("line\nbreak \"quote\" \u0001 ümläut 😀 \ufffd", (string?)JsonNode.Parse(lines[0])!["text"]);
        Assert.Equal("""{"number":1.5,"flag":true,"nothing":null}""", Pick(lines[1], "number", "flag", "nothing"));
    }

    [Fact]
    public void Lines_of_many_threads_never_mix()
    {
        var lines = Write(Keys, static logger => Parallel.For(0, 2000, number => logger.LogInformation("{Number} {Filler}", number, new string('x', number % 500))));

        Assert.Equal(2000, lines.Select(static line => (int)JsonNode.Parse(line)!["number"]!).Distinct().Count());
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer \"quoted\"", new IOException("inner cause"));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    private static string Pick(string line, params string[] members)
    {
        var node = JsonNode.Parse(line)!.AsObject();
        return new JsonObject(members.Select(member => KeyValuePair.Create(member, node[member]?.DeepClone()))).ToJsonString();
    }

    private static string[] Write(LoggingSettings settings, Action<ILogger> log)
    {
        using var output = new MemoryStream();
        using (var lines = new JsonLog(settings, output))
        {
            log(lines.CreateProvider().CreateLogger("PersistentCacheService.Tests.LogLineFormatterTests"));
        }

        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
    }
}
