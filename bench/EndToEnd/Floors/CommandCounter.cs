using System.Globalization;
using System.Text;

namespace EndToEnd.Floors;

/// <summary>Finds the ends of commands in a stream of RESP arrays and writes an answer for each. It looks only at the first word.</summary>
internal sealed class CommandCounter
{
    private readonly StringBuilder _line = new();
    private int _arguments; // still to come of the present command
    private int _skip; // bytes of the present argument and its line break still to come
    private int _letters; // of the first word that were looked at; all of Prefix when that is done
    private bool _isScript;

    // "EVAL" and "EVALSHA": no other command of the worker begins so.
    private static ReadOnlySpan<byte> Prefix => "EVAL"u8;

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
                    answers.Write(_isScript ? ":1\r\n"u8 : "+OK\r\n"u8);
                }

                continue;
            }

            ReadHeader(ref input);
        }
    }

    private void LookAt(ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < word.Length && _letters < Prefix.Length; i++)
        {
            _isScript &= word[i] == Prefix[_letters++];
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
            (_arguments, _letters, _isScript) = (number, 0, true);
        }
        else
        {
            _skip = number + 2;
        }

        _line.Clear();
    }
}
