using System.Text.Json;
using TestKit.Processes;

namespace LocalSqs.Tests;

public sealed class ProgramTests
{
    [Fact]
    public async Task It_prints_one_line_when_it_listens_and_ends_cleanly_on_SIGTERM()
    {
        await using var process = await StartAsync("--port", "0", "--queue", "one,two", "--dlq", "dead");
        var hello = JsonDocument.Parse(await process.WaitForLineAsync(static line => line.StartsWith('{'), "it listens")).RootElement;
        Assert.Equal(["dead", "one", "two"], hello.GetProperty("queues").EnumerateObject().Select(static queue => queue.Name));
        Assert.Equal($"{hello.Text("endpoint")}/000000000000/one", hello.Text("queueUrl"));
        Assert.Equal(process.Id, hello.GetProperty("pid").GetInt32());
        using (var http = new HttpClient())
        {
            Assert.Contains("UP", await http.GetStringAsync(new Uri(hello.Text("ctl") + "/health")), StringComparison.Ordinal);
        }

        process.Send(Signal.Terminate);
        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Single(process.Output);
        Assert.Empty(process.Errors);
    }

    [Fact]
    public async Task Help_goes_to_standard_output()
    {
        await using var process = await StartAsync("--help");
        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains(process.Output, static line => line.Contains("--queue NAMES", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(64, "--port", "x")]
    [InlineData(1, "--queue", "no spaces please")]
    [InlineData(1, "--host", "nonsense")]
    public async Task What_is_wrong_goes_to_standard_error_with_an_exit_code(int exitCode, params string[] arguments)
    {
        await using var process = await StartAsync(arguments);
        Assert.Equal(exitCode, await process.WaitForExitAsync(TimeSpan.FromSeconds(20)));
        Assert.NotEmpty(process.Errors);
        Assert.Empty(process.Output);
    }

    private static Task<ChildProcess> StartAsync(params string[] arguments) =>
        ChildProcess.StartAsync(new ChildProcessSpec("dotnet", [Path.Combine(AppContext.BaseDirectory, "local-sqs.dll"), .. arguments]));
}
