using System.Globalization;
using System.Text;

namespace EndToEnd.Floors;

/// <summary>Finds the ends of commands in a stream of RESP arrays and writes an answer for each. It looks only at the first word.</summary>
internal sealed class CommandCounter
{
    private readonly StringBuilder _line = new();
    private int _arguments; // still to come of the present command
    private int _skip; // bytes of the present argument and its line break still to come
    private readonly byte[] _word = new byte[4]; // the first letters of the command, by which all that the worker sends can be told apart
    private int _letters; // how many of them have come

    /// <summary>Takes in what came and writes the answers to the commands that are complete.</summary>
    public void Read(ReadOnlySpan<byte> input, Stream answers)
    {
        while (!input.IsEmpty)
        {
            if (_skip > 0)
            {
                var taken = Math.Min(_skip, input.Length);
                LookAt(input[..taken]);
                _skip -= taken;
                input = input[taken..];
                if (_skip == 0 && --_arguments == 0)
                {
                    answers.Write(Answer(_word));
                }

                continue;
            }

            ReadHeader(ref input);
        }
    }

    /// <summary>What a client wants to hear before it believes that this is a Redis that takes writes.</summary>
    private static ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> command) => command switch
    {
        _ when command.SequenceEqual("EVAL"u8) => ":1\r\n"u8,
        _ when command.SequenceEqual("PING"u8) => "+PONG\r\n"u8,
        _ when command.SequenceEqual("ROLE"u8) => "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"u8,
        _ when command.SequenceEqual("INFO"u8) => "$34\r\nredis_version:7.0.0\r\nrole:master\r\n\r\n"u8,
        _ when command.SequenceEqual("HELL"u8) => "-ERR unknown command 'HELLO'\r\n"u8,
        _ => "+OK\r\n"u8,
    };

    private void LookAt(ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < word.Length && _letters < _word.Length; i++)
        {
            _word[_letters++] = word[i];
        }
    }

    private void ReadHeader(ref ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        _line.Append(Encoding.ASCII.GetString(end < 0 ? input : input[..end]));
        input = end < 0 ? [] : input[(end + 1)..];
        if (end < 0)
        {
            return;
        }

        var number = int.Parse(_line.ToString(1, _line.Length - 2), CultureInfo.InvariantCulture);
        if (_line[0] == '*')
        {
            (_arguments, _letters) = (number, 0);
        }
        else
        {
            _skip = number + 2;
        }

        _line.Clear();
    }
}
