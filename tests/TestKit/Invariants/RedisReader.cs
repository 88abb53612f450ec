using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TestKit.Invariants;

/// <summary>Reads a Redis for checks, by other code than the product's: a few commands, one connection, plain loops.</summary>
public sealed class RedisReader : IDisposable
{
    private const int CommandsPerFlush = 500;

    private static readonly string[] OwnKeys = ["!epoch", "!warm", "!audit"];

    private readonly TcpClient _client = new();
    private BufferedStream _stream = null!;

    private RedisReader()
    {
    }

    /// <summary>Connects.</summary>
    /// <param name="host">Host name.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="password">For AUTH; null: none.</param>
    /// <param name="database">For SELECT.</param>
    public static async Task<RedisReader> ConnectAsync(string host, int port, string? password = null, int database = 0)
    {
        var reader = new RedisReader();
        await reader._client.ConnectAsync(host, port);
        reader._stream = new BufferedStream(reader._client.GetStream(), 64 * 1024);
        if (password is not null)
        {
            await reader.ExecuteAsync("AUTH", password);
        }

        if (database != 0)
        {
            await reader.ExecuteAsync("SELECT", database.ToString(CultureInfo.InvariantCulture));
        }

        return reader;
    }

    /// <summary>Executes one command. Answers are null, string, long, or a list of these.</summary>
    /// <exception cref="InvalidOperationException">Redis answered with an error.</exception>
    public async Task<object?> ExecuteAsync(params string[] command) => (await ExecuteAllAsync([command]))[0];

    /// <summary>Executes commands in a pipeline and returns their answers in the same order.</summary>
    public async Task<IReadOnlyList<object?>> ExecuteAllAsync(IReadOnlyList<string[]> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var answers = new List<object?>(commands.Count);
        foreach (var chunk in commands.Chunk(CommandsPerFlush))
        {
            foreach (var command in chunk)
            {
                await WriteAsync(command);
            }

            await _stream.FlushAsync();
            for (var index = 0; index < chunk.Length; index++)
            {
                answers.Add(await ReadAsync());
            }
        }

        return answers;
    }

    /// <summary>All keys of the database with value and expiry, but for the worker's own (<c>E!...</c>), which are no part of the cache; a value that is no string is null.</summary>
    public async Task<IReadOnlyDictionary<string, StoredValue>> ReadAllAsync()
    {
        var keys = new HashSet<string>();
        var cursor = "0";
        do
        {
            var page = (List<object?>)(await ExecuteAsync("SCAN", cursor, "COUNT", "1000"))!;
            cursor = (string)page[0]!;
            keys.UnionWith(((List<object?>)page[1]!).Cast<string>().Where(static key => !OwnKeys.Any(own => key.Contains(own, StringComparison.Ordinal))));
        }
        while (cursor != "0");

        var names = keys.ToArray();
        var answers = await ExecuteAllAsync([.. names.SelectMany(static name => new[] { new[] { "GET", name }, ["PTTL", name] })]);
        var values = new Dictionary<string, StoredValue>(names.Length);
        for (var index = 0; index < names.Length; index++)
        {
            var milliseconds = (long)answers[(2 * index) + 1]!;
            values[names[index]] = new StoredValue((string?)answers[2 * index], milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _client.Dispose();
    }

    private async Task WriteAsync(string[] command)
    {
        var frame = new StringBuilder($"*{command.Length}\r\n");
        foreach (var word in command)
        {
            frame.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(frame.ToString()));
    }

    private async Task<object?> ReadAsync()
    {
        var line = await ReadLineAsync();
        switch (line[0])
        {
            case '+':
                return line[1..];
            case '-':
                throw new InvalidOperationException(line[1..]);
            case ':':
                return long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            case '$':
                return await ReadBulkAsync(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture));
            case '*':
                var count = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                var items = new List<object?>(Math.Max(0, count));
                for (var index = 0; index < count; index++)
                {
                    items.Add(await ReadAsync());
                }

                return count < 0 ? null : items;
            default:
                throw new InvalidDataException($"Not a Redis answer: {line}");
        }
    }

    private async Task<string?> ReadBulkAsync(int length)
    {
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length + 2];
        await _stream.ReadExactlyAsync(bytes);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one);
            if (one[0] == '\n')
            {
                return line.ToString(0, line.Length - 1);
            }

            line.Append((char)one[0]);
        }
    }
}
