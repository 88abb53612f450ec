using PersistentCacheService.Commands;

namespace PersistentCacheService.Tests.Commands;

public sealed class ProgressDisplayTests
{
    [Fact]
    public async Task A_file_has_a_line_for_each_change()
    {
        using var output = new StringWriter { NewLine = "\n" };

        await ShowAsync(new ProgressDisplay(Context(output, TextWriter.Null, isTerminal: false), isJson: false));

        Assert.Equal("1 of 4\n1 of 4 [waits]\n", output.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Beside_JSON_the_lines_go_to_standard_error(bool isTerminal)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter { NewLine = "\n" };

        await ShowAsync(new ProgressDisplay(Context(output, errors, isTerminal), isJson: true));

        Assert.Equal(("", "1 of 4\n1 of 4 [waits]\n"), (output.ToString(), errors.ToString()));
    }

    [Fact]
    public async Task A_terminal_has_a_bar_that_is_drawn_over_and_leaves_the_cursor_below_it()
    {
        using var output = new StringWriter { NewLine = "\n" };

        await ShowAsync(new ProgressDisplay(Context(output, TextWriter.Null, isTerminal: true), isJson: false));

        var drawn = output.ToString();
        Assert.Contains("1 of 4 [waits]", drawn, StringComparison.Ordinal);
        Assert.Contains("25%", drawn, StringComparison.Ordinal);
        Assert.Contains("\e[?25h", drawn, StringComparison.Ordinal); // The cursor is shown again.
        Assert.Contains('\n', drawn[drawn.LastIndexOf("25%", StringComparison.Ordinal)..]);
    }

    private static async Task ShowAsync(ProgressDisplay display)
    {
        await display.ShowAsync(0.25, "1 of 4");
        await display.ShowAsync(0.25, "1 of 4");
        await display.ShowAsync(0.25, "1 of 4 [waits]");
        await display.LeaveAsync();
    }

    private static CommandContext Context(TextWriter output, TextWriter errors, bool isTerminal) => new(static _ => null, output, errors, TimeProvider.System, isTerminal);
}
