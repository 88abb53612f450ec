using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>
/// The call of a script: first every key, then the arguments, all in one pooled buffer. It may be sent any number of times (a retry), until it is
/// disposed. StackExchange.Redis copies the arguments when a call is handed over, so disposing is safe even while a timed-out call is still under way.
/// </summary>
/// <param name="script">What to call.</param>
internal sealed class ScriptCall(RedisScript script) : IDisposable
{
    private const int InitialCapacity = 1024;
    private const int LongestInteger = 20;

    // Before the keys: the script and the number of keys.
    private const int Leading = 2;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
    private int[] _ends = ArrayPool<int>.Shared.Rent(16);
    private RedisKeyOrValue[]? _arguments;
    private int _length;
    private int _count;
    private int _keys;

    /// <summary>The script's name, for logs and failures.</summary>
    public string Name => script.Name;

    /// <summary>Adds a key.</summary>
    public ScriptCall AddKey(ReadOnlySpan<byte> key)
    {
        if (_keys != _count)
        {
            throw new InvalidOperationException("All keys of a script come before its first argument.");
        }

        _keys++;
        return Add(key);
    }

    /// <inheritdoc cref="AddKey(ReadOnlySpan{byte})"/>
    public ScriptCall AddKey(string key) => AddKey(Encoding.UTF8.GetBytes(key));

    /// <summary>Adds an argument as it is.</summary>
    public ScriptCall Add(ReadOnlySpan<byte> value)
    {
        if (_arguments is not null)
        {
            throw new InvalidOperationException("The call was sent: it cannot be changed.");
        }

        Grow(ref _buffer, _length, value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
        Grow(ref _ends, _count, 1);
        _ends[_count++] = _length;
        return this;
    }

    /// <summary>Adds a number in decimal.</summary>
    public ScriptCall Add(long value)
    {
        Span<byte> digits = stackalloc byte[LongestInteger];
        Utf8Formatter.TryFormat(value, digits, out var written);
        return Add(digits[..written]);
    }

    /// <summary>Arguments of EVALSHA.</summary>
    public ReadOnlyMemory<RedisKeyOrValue> BySha() => Arguments(script.Sha1);

    /// <summary>Arguments of EVAL.</summary>
    public ReadOnlyMemory<RedisKeyOrValue> ByBody() => Arguments(script.Body);

    /// <summary>Returns the memory to its pools. Repeating it does nothing.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        ArrayPool<int>.Shared.Return(Interlocked.Exchange(ref _ends, []));
        if (Interlocked.Exchange(ref _arguments, null) is { } arguments)
        {
            ArrayPool<RedisKeyOrValue>.Shared.Return(arguments, clearArray: true);
        }
    }

    /// <summary>For a debugger; keys and values stay out of logs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({_keys} keys, {_count - _keys} arguments)");

    private ReadOnlyMemory<RedisKeyOrValue> Arguments(RedisValue scriptArgument)
    {
        _arguments ??= Render();
        _arguments[0] = scriptArgument;
        return _arguments.AsMemory(0, Leading + _count);
    }

    private RedisKeyOrValue[] Render()
    {
        var arguments = ArrayPool<RedisKeyOrValue>.Shared.Rent(Leading + _count);
        arguments[1] = (RedisValue)_keys;
        var start = 0;
        for (var i = 0; i < _count; i++)
        {
            // Keys as values, too: what tells them apart is only for clusters.
            arguments[Leading + i] = (RedisValue)(ReadOnlyMemory<byte>)_buffer.AsMemory(start, _ends[i] - start);
            start = _ends[i];
        }

        return arguments;
    }

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        if (array.Length - used >= needed)
        {
            return;
        }

        var larger = ArrayPool<T>.Shared.Rent(Math.Max(array.Length * 2, used + needed));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
