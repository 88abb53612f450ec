using PersistentCacheService.Sentry.Events;

namespace PersistentCacheService.Sentry.Tests.Events;

public sealed class StackFrameNameTests
{
    [Theory]
    [InlineData("Ns.Type", "Run", "Ns.Type", "Run")]
    [InlineData("Ns.Type", ".ctor", "Ns.Type", ".ctor")]
    [InlineData("Ns.Type+<RunAsync>d__5", "MoveNext", "Ns.Type", "RunAsync")]
    [InlineData("Ns.Type+<>c", "<RunAsync>b__0", "Ns.Type", "RunAsync")]
    [InlineData("Ns.Type+<>c__DisplayClass3_0+<<RunAsync>b__1>d", "MoveNext", "Ns.Type", "MoveNext")]
    [InlineData("Ns.Type", "<RunAsync>g__Retry|3_0", "Ns.Type", "RunAsync")]
    [InlineData("Ns.Outer+Inner", "Run", "Ns.Outer+Inner", "Run")]
    [InlineData(null, "Run", null, "Run")]
    public void Generated_names_become_the_authors(string? declaringType, string method, string? module, string function) =>
        Assert.Equal(new StackFrameName(module, function), StackFrameName.Of(declaringType, method));
}
