using System.Text;
using EndToEnd.Floors;

namespace EndToEnd.Tests;

public sealed class CommandCounterTests
{
    [Fact]
    public void Every_command_gets_its_answer_wherever_the_stream_is_cut()
    {
        var stream = Encoding.ASCII.GetBytes("*1\r\n$4\r\nPING\r\n*3\r\n$7\r\nEVALSHA\r\n$3\r\na\nb\r\n$0\r\n\r\n*2\r\n$4\r\nINFO\r\n$5\r\nstats\r\n");
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var answers = new MemoryStream();
            var counter = new CommandCounter();
            counter.Read(stream.AsSpan(0, cut), answers);
            counter.Read(stream.AsSpan(cut), answers);
            Assert.Equal("+PONG\r\n:1\r\n$34\r\nredis_version:7.0.0\r\nrole:master\r\n\r\n", Encoding.ASCII.GetString(answers.ToArray()));
        }
    }
}
