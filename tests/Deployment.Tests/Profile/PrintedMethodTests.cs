using ImageProfile;

namespace Deployment.Tests.Profile;

/// <summary>Lines of the runtime's compiler, as it printed them, and what they say.</summary>
public sealed class PrintedMethodTests
{
    [Theory]
    [InlineData("System.AppContext", "Setup", 3, "   1: JIT compiled System.AppContext:Setup(ptr,ptr,int) [FullOpts, IL size=68, code size=175]")]
    [InlineData("A.Outer+Inner", ".ctor", 0, "12: JIT compiled A.Outer+Inner:.ctor() [Tier0, IL size=7, code size=9]")]
    [InlineData("A.B+<RunAsync>d__4", "MoveNext", 0, "13: JIT compiled A.B+<RunAsync>d__4:MoveNext():this [FullOpts, IL size=7, code size=9]")]
    [InlineData("A.B", "A.IMany<K,V>.Get", 1, "14: JIT compiled A.B:A.IMany<K,V>.Get(System.Collections.Generic.KeyValuePair`2[int,System.__Canon]) [FullOpts, IL size=7, code size=9]")]
    public void A_method_is_read(string type, string name, int parameters, string line)
    {
        var method = PrintedMethod.Parse(line);

        Assert.NotNull(method);
        Assert.Equal((type, name, parameters), (method.Type.Name, method.Name, method.Parameters));
        Assert.Empty(method.Type.Arguments);
        Assert.Empty(method.Arguments);
    }

    [Fact]
    public void Arguments_of_generic_types_and_methods_are_read()
    {
        var method = PrintedMethod.Parse(
            "7: JIT compiled System.Map`2+Table[System.__Canon,System.Pair`2[int,byte[]][,]]:Add[System.<Main>g__Run|0,char](byref,System.Span`1[long]):bool:this [FullOpts, IL size=1, code size=2]");

        Assert.NotNull(method);
        Assert.Equal("System.Map`2+Table", method.Type.Name);
        Assert.Equal(["System.__Canon", "System.Pair`2"], method.Type.Arguments.Select(static argument => argument.Name));
        Assert.Equal([2], method.Type.Arguments[1].Ranks);
        Assert.Equal(["int", "byte"], method.Type.Arguments[1].Arguments.Select(static argument => argument.Name));
        Assert.Equal([1], method.Type.Arguments[1].Arguments[1].Ranks);
        Assert.Equal(["System.<Main>g__Run|0", "char"], method.Arguments.Select(static argument => argument.Name));
        Assert.Equal(2, method.Parameters);
    }

    [Theory]
    [InlineData("5: JIT compiled (dynamicClass):IL_STUB_PInvoke(int) [FullOpts, IL size=82, code size=189]")]
    [InlineData("6: JIT compiled System.EventHandler`1[System.__Canon]:IL_STUB_MulticastDelegate_Invoke(System.Object,System.__Canon) [FullOpts, IL size=0, code size=3]")]
    [InlineData("7: JIT compiled Interop+")]
    [InlineData("")]
    public void Stubs_and_cut_lines_are_passed_over(string line) => Assert.Null(PrintedMethod.Parse(line));

    [Theory]
    [InlineData("8: JIT compiled System.Array [FullOpts, IL size=82, code size=189]")]
    [InlineData("9: JIT compiled System.Array:Resize [FullOpts, IL size=82, code size=189]")]
    [InlineData("9: JIT compiled System.List`1[int:Add(int) [FullOpts, IL size=82, code size=189]")]
    public void What_is_no_method_is_refused(string line) => Assert.Throws<FormatException>(() => PrintedMethod.Parse(line));
}
