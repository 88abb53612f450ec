using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>A Lua script: sent by its SHA1, and whole when the server does not know it. Create one instance and keep it.</summary>
internal sealed class RedisScript
{
    /// <summary>Prepares a script.</summary>
    /// <param name="name">Name for logs and failures.</param>
    /// <param name="body">Lua; every key it touches must come through KEYS.</param>
    public RedisScript(string name, string body)
    {
        Name = name;
        var utf8 = Encoding.UTF8.GetBytes(body);
        Body = utf8;
#pragma warning disable CA5350 // SHA1 is Redis's name for a script, not a safeguard.
        Sha1 = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(utf8)));
#pragma warning restore CA5350
    }

    /// <summary>The script of a file <c>name.lua</c> that is embedded in an assembly.</summary>
    /// <param name="assembly">Where it is.</param>
    /// <param name="name">Its name, without the extension.</param>
    /// <param name="before">Name of a file to put in front of it; null: none.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static RedisScript Load(Assembly assembly, string name, string? before = null) =>
        new(name, before is null ? Read(assembly, name) : $"{Read(assembly, before)}\n{Read(assembly, name)}");

    /// <summary>Name for logs and failures.</summary>
    public string Name { get; }

    /// <summary>The Lua source.</summary>
    public RedisValue Body { get; }

    /// <summary>SHA1 of the body in lower-case hex: the name the server gives it.</summary>
    public RedisValue Sha1 { get; }

    private static string Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is not embedded in the assembly.");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
