using System.Text;
using TestKit.Processes;

namespace TestKit.Tests;

/// <summary>What <c>eng/failed-tests.sh</c> makes of a result file: at the end of a run it is all that a build server keeps.</summary>
public sealed class FailedTestsScriptTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("failed-tests-");

    private string ResultFile => Path.Combine(_directory.FullName, "A.Tests.trx");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_failed_test_is_named_with_its_message_and_its_place()
    {
        var printed = await RunAsync("""
            <UnitTestResult testName="A.Passes" outcome="Passed">
              <Output><StdOut>at A.Passes() in /a/A.cs:line 1</StdOut></Output>
            </UnitTestResult>
            <UnitTestResult testName="A.Fails(text: &quot;&lt;&amp;&gt;&quot;)" outcome="Failed">
              <Output>
                <StdOut>noise</StdOut>
                <ErrorInfo>
                  <Message>Assert.Equal() Failure&#xD;
            Expected: 1

            Actual:   2</Message>
                  <StackTrace>   at Xunit.Assert.Equal()
               at A.Fails(String text) in /a/A.cs:line 7
            --- End of stack trace from previous location ---</StackTrace>
                </ErrorInfo>
              </Output>
            </UnitTestResult>
            """);

        Assert.Equal(
            [
                "A.Tests", "   A.Fails(text: \"<&>\")", "      Assert.Equal() Failure", "      Expected: 1", "      Actual:   2",
                "      at A.Fails(String text) in /a/A.cs:line 7",
            ],
            printed);
    }

    [Fact]
    public async Task A_long_failure_takes_at_most_twelve_lines()
    {
        var message = string.Join('\n', Enumerable.Range(1, 100).Select(static line => $"line {line} {new string('x', 1_000)}"));
        var places = string.Join('\n', Enumerable.Range(1, 100).Select(static line => $"   at A.B() in /a/A.cs:line {line}"));
        var printed = await RunAsync(
            $"""<UnitTestResult testName="A.Fails" outcome="Failed"><Output><ErrorInfo>{'\n'}<Message>{message}</Message>{'\n'}<StackTrace>{places}</StackTrace>{'\n'}</ErrorInfo></Output>{'\n'}</UnitTestResult>""");

        Assert.InRange(printed.Count, 4, 12);
        Assert.All(printed, static line => Assert.InRange(line.Length, 1, 320));
    }

    [Fact]
    public async Task A_host_that_crashed_is_told_with_what_ran_then()
    {
        var run = Directory.CreateDirectory(Path.Combine(_directory.FullName, "run")).FullName;
        await File.WriteAllTextAsync(Path.Combine(run, "Sequence_1.xml"), """
            <TestSequence>
              <Test Name="A.Done" DisplayName="A.Done" Source="/bin/A.Tests.dll" Completed="True" />
              <Test Name="A.Crashes" DisplayName="A.Crashes" Source="/bin/A.Tests.dll" Completed="False" />
              <Test Name="B.Crashes" DisplayName="B.Crashes" Source="/bin/B.Tests.dll" Completed="False" />
            </TestSequence>
            """);
        var printed = await RunAsync("""
            <RunInfo outcome="Error">
              <Text>[xUnit.net 00:00:00.01]     A.Fails [FAIL]</Text>
            </RunInfo>
            <RunInfo outcome="Error">
              <Text>The active test run was aborted. Reason: Test host process crashed : boom</Text>
            </RunInfo>
            """);

        Assert.Equal(["A.Tests", "   the run itself:", "      The active test run was aborted. Reason: Test host process crashed : boom", "   had begun: A.Crashes"], printed);
    }

    [Fact]
    public async Task A_project_without_a_result_is_told() =>
        Assert.Equal(["A.Tests", "   ended without a result"], await RunScriptAsync());

    [Fact]
    public async Task Where_nothing_failed_nothing_is_printed() =>
        Assert.Empty(await RunAsync("""<UnitTestResult testName="A.Skipped" outcome="NotExecuted"><Output><ErrorInfo><Message>a reason</Message></ErrorInfo></Output></UnitTestResult>"""));

    private async Task<IReadOnlyList<string>> RunAsync(string results)
    {
        await File.WriteAllTextAsync(ResultFile, $"<TestRun>\n{results}\n</TestRun>\n", Encoding.UTF8);
        return await RunScriptAsync();
    }

    private Task<IReadOnlyList<string>> RunScriptAsync() =>
        ChildProcess.RunAsync(new ChildProcessSpec("bash", RepositoryRoot.File("eng", "failed-tests.sh"), "A.Tests", ResultFile));
}
