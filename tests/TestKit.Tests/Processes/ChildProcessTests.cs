using System.ComponentModel;
using TestKit.Processes;

namespace TestKit.Tests.Processes;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task Output_and_errors_are_captured_apart_and_the_exit_code_is_known()
    {
        await using var child = await Shell("echo one; echo two >&2; echo three; exit 7");

        Assert.Equal(7, await child.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["one", "three"], child.Output);
        Assert.Equal(["two"], child.Errors);
    }

    [Fact]
    public async Task A_handled_SIGTERM_lets_the_program_clean_up()
    {
        await using var child = await Shell("trap 'echo cleaned; exit 3' TERM; echo ready; while :; do read -t 1 x <&0; done");
        await child.WaitForLineAsync(static line => line == "ready", "ready");

        child.Send(Signal.Terminate);

        Assert.Equal(3, await child.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("cleaned", child.Output);
    }

    [Fact]
    public async Task A_stopped_program_prints_nothing_until_it_is_continued()
    {
        await using var child = await Shell("echo ready; read line; echo got $line; exec sleep 600");
        await child.WaitForLineAsync(static line => line == "ready", "ready");
        child.Send(Signal.Stop);
        await Eventually.HoldsAsync(() => StateOf(child.Id) == 'T', "the process is stopped");

        await child.WriteLineAsync("input");
        Assert.DoesNotContain("got input", child.Output);
        child.Send(Signal.Continue);

        await child.WaitForLineAsync(static line => line == "got input", "its input");
    }

    [Fact]
    public async Task Disposing_kills_the_program_and_its_children()
    {
        int grandchild;
        await using (var child = await Shell("sleep 600 & echo $!; wait"))
        {
            grandchild = int.Parse(await child.WaitForLineAsync(static _ => true, "a process id"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(Directory.Exists($"/proc/{grandchild}"));
        }

        await Eventually.HoldsAsync(() => StateOf(grandchild) is null or 'Z', "the grandchild is gone");
    }

    [Fact]
    public async Task A_child_dies_with_the_process_that_started_it_even_when_that_is_killed()
    {
        // setpriv is what every child runs behind: here it is tried on a parent that can be killed, a shell.
        await using var parent = await Shell("setpriv --pdeathsig KILL sleep 600 & echo $!; wait");
        var child = int.Parse(await parent.WaitForLineAsync(static _ => true, "a process id"), System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync(async () => (await CommandOf(child)).StartsWith("sleep", StringComparison.Ordinal), "setpriv has become sleep");

        parent.Send(Signal.Kill);

        await Eventually.HoldsAsync(() => StateOf(child) is null or 'Z', "the child is gone");
    }

    [Fact]
    public async Task A_bare_environment_holds_only_what_was_asked_for()
    {
        var spec = new ChildProcessSpec("env")
        {
            InheritEnvironment = false,
            Environment = new Dictionary<string, string?> { ["ONLY"] = "this", ["HOME"] = null },
        };

        var names = (await ChildProcess.RunAsync(spec)).Select(static line => line.Split('=')[0]).Except(["DOTNET_ROOT"]);

        Assert.Equal(["ONLY", "PATH"], names.Order());
    }

    [Fact]
    public async Task A_failed_run_tells_what_was_printed()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ChildProcess.RunAsync(new ChildProcessSpec("sh", "-c", "echo the reason >&2; exit 9")));

        Assert.Contains("exit code 9", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the reason", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_an_error_at_once() =>
        await Assert.ThrowsAsync<Win32Exception>(() => ChildProcess.StartAsync(new ChildProcessSpec("no-such-program")));

    [Fact]
    public async Task Waiting_for_a_line_fails_when_the_program_ends_without_it()
    {
        await using var child = await Shell("echo other");

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => child.WaitForLineAsync(static line => line == "wanted", "wanted"));

        Assert.Contains("other", exception.Message, StringComparison.Ordinal);
    }

    private static Task<ChildProcess> Shell(string script) => ChildProcess.StartAsync(new ChildProcessSpec("bash", "-c", script));

    private static async Task<string> CommandOf(int process) => (await File.ReadAllTextAsync($"/proc/{process}/cmdline")).Replace('\0', ' ');

    /// <summary>The state letter of /proc/PID/stat (proc(5)), null when there is no such process.</summary>
    private static char? StateOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
