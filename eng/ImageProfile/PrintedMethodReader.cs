namespace ImageProfile;

/// <summary>Reads <c>Type[Arguments]:Method[Arguments](Parameters)</c> from left to right. Angle brackets are part of names, as in <c>Main.&lt;Run&gt;b__0</c>.</summary>
internal sealed class PrintedMethodReader(string text)
{
    private int _position;

    /// <exception cref="FormatException">The text is not of this form.</exception>
    public PrintedMethod Read()
    {
        var type = ReadType(stops: "[,]:");
        Expect(':');
        var name = ReadName("[(");
        IReadOnlyList<PrintedType> arguments = Next == '[' ? ReadArguments() : [];
        return new PrintedMethod(text, type, name, arguments, CountParameters());
    }

    private char Next => _position < text.Length ? text[_position] : '\0';

    private PrintedType ReadType(string stops)
    {
        var name = ReadName(stops);
        List<PrintedType> arguments = [];
        List<int> ranks = [];
        while (Next == '[')
        {
            if (_position + 1 < text.Length && text[_position + 1] is ']' or ',')
            {
                ranks.Add(ReadRank());
            }
            else
            {
                arguments.AddRange(ReadArguments());
            }
        }

        return new PrintedType(name, arguments, ranks);
    }

    private List<PrintedType> ReadArguments()
    {
        List<PrintedType> arguments = [];
        do
        {
            _position++; // The bracket, then the commas.
            arguments.Add(ReadType(stops: "[,]"));
        }
        while (Next == ',');
        Expect(']');
        return arguments;
    }

    private int ReadRank()
    {
        var end = text.IndexOf(']', _position);
        var rank = end - _position;
        _position = end + 1;
        return rank;
    }

    private string ReadName(string stops)
    {
        var (start, depth) = (_position, 0);
        while (_position < text.Length && (depth > 0 || !stops.Contains(text[_position], StringComparison.Ordinal)))
        {
            depth += text[_position++] switch { '<' => 1, '>' => -1, _ => 0 };
        }

        return text[start.._position];
    }

    private int CountParameters()
    {
        Expect('(');
        if (Next == ')')
        {
            return 0;
        }

        var (count, depth) = (1, 0);
        for (; _position < text.Length && (depth > 0 || text[_position] != ')'); _position++)
        {
            var next = text[_position];
            depth += next switch { '[' or '<' or '(' => 1, ']' or '>' or ')' => -1, _ => 0 };
            count += next == ',' && depth == 0 ? 1 : 0;
        }

        return count;
    }

    private void Expect(char expected)
    {
        if (Next != expected)
        {
            throw new FormatException($"'{expected}' expected at {_position} of: {text}");
        }

        _position++;
    }
}
