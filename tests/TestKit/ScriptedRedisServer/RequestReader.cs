using System.Globalization;
using System.Text;

namespace TestKit.ScriptedRedisServer;

/// <summary>Reads RESP requests (arrays of bulk strings) from a stream, independently of any client's code.</summary>
internal sealed class RequestReader(Stream stream)
{
    private readonly BufferedStream _input = new(stream, 16 * 1024);

    /// <summary>The words of the next request; null at the end of the stream.</summary>
    public async Task<byte[][]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { } header)
        {
            return null;
        }

        var words = new byte[Number(header, '*')][];
        for (var i = 0; i < words.Length; i++)
        {
            var line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
            words[i] = new byte[Number(line, '$')];
            await _input.ReadExactlyAsync(words[i], cancellationToken);
            if (await ReadLineAsync(cancellationToken) is not "")
            {
                throw new InvalidDataException("A word is longer than announced.");
            }
        }

        return words;
    }

    private static int Number(string line, char type) =>
        line.Length > 1 && line[0] == type ? int.Parse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture) : throw new InvalidDataException("Not a RESP request.");

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await _input.ReadAsync(one, cancellationToken) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString(0, line.Length - 1);
            }

            line.Append((char)one[0]);
        }

        return line.Length == 0 ? null : throw new EndOfStreamException();
    }
}
