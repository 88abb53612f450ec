using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PersistentCacheService.Redis;

/// <summary>A Lua script: sent by its SHA1, and by its body once when the server does not know it. Create one instance and keep it.</summary>
public sealed class RedisScript
{
    /// <summary>Prepares a script.</summary>
    /// <param name="name">Name for logs and exceptions.</param>
    /// <param name="body">Lua; every key it touches must come through KEYS.</param>
    public RedisScript(string name, string body)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(body);
        Name = name;
        Body = body;
        var utf8 = Encoding.UTF8.GetBytes(body);
        Sha1 = ComputeSha1(utf8);
        BySha = Encoding.ASCII.GetBytes($"$7\r\nEVALSHA\r\n$40\r\n{Sha1}\r\n");
        ByBody = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"$4\r\nEVAL\r\n${utf8.Length}\r\n")), .. utf8, .. "\r\n"u8];
    }

    /// <summary>Name for logs and exceptions.</summary>
    public string Name { get; }

    /// <summary>The Lua source.</summary>
    public string Body { get; }

    /// <summary>SHA1 of the body in lower-case hex: the name the server gives it.</summary>
    public string Sha1 { get; }

    /// <summary>RESP bytes of <c>EVALSHA sha</c>.</summary>
    internal byte[] BySha { get; }

    /// <summary>RESP bytes of <c>EVAL body</c>.</summary>
    internal byte[] ByBody { get; }

#pragma warning disable CA5350 // SHA1 is Redis' name for a script, not a safeguard.
    private static string ComputeSha1(byte[] utf8) => Convert.ToHexStringLower(SHA1.HashData(utf8));
#pragma warning restore CA5350
}
