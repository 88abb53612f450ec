using System.Text;

namespace PersistentCacheService.Redis.Connection;

/// <summary>What a fresh connection goes through before it is Ready. Each step is awaited: a failing AUTH that is not alone gets no answer from some servers.</summary>
internal sealed class Handshake(RedisConnection connection, RedisOptions options)
{
    /// <summary>Which step is under way, for the message when the deadline passes.</summary>
    public string Step { get; private set; } = "the handshake";

    /// <summary>Authenticates, selects the database, and makes sure that the server is a primary that answers.</summary>
    /// <returns>False when the ACL permits neither ROLE nor INFO, so that the role stays unknown.</returns>
    /// <exception cref="RedisException">The server refuses, or is no server to write to.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await AuthenticateAsync(cancellationToken);
        if (options.Database != 0)
        {
            Step = "SELECT";
            using var select = RedisCommand.Create("SELECT"u8).Add(options.Database);
            await connection.ExecuteAsync(select, cancellationToken);
        }

        await SetClientNameAsync(cancellationToken);
        await RefuseClusterAsync(cancellationToken);
        var roleKnown = await RefuseReplicaAsync(cancellationToken);
        await AwaitSignOfLifeAsync(cancellationToken);
        return roleKnown;
    }

    private async Task AuthenticateAsync(CancellationToken cancellationToken)
    {
        Step = "AUTH";
        var password = options.PasswordFile is null ? options.Password : await ReadPasswordAsync(options.PasswordFile, cancellationToken);
        if (string.IsNullOrEmpty(password))
        {
            return;
        }

        using var auth = RedisCommand.Create("AUTH"u8);
        if (options.Username is { Length: > 0 } user)
        {
            auth.Add(user);
        }

        auth.Add(password);
        try
        {
            await connection.ExecuteAsync(auth, cancellationToken);
        }
        catch (RedisException exception) when (exception.Kind is RedisErrorKind.ServerError or RedisErrorKind.NoPermission)
        {
            throw new RedisException(RedisErrorKind.AuthenticationFailed, exception.Message, innerException: exception);
        }
    }

    private static async Task<string> ReadPasswordAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RedisException(RedisErrorKind.AuthenticationFailed, $"The password file {file} cannot be read: {exception.Message}", innerException: exception);
        }
    }

    /// <summary>Best effort: the ACL may not allow it, and the name is a courtesy to who reads CLIENT LIST.</summary>
    private async Task SetClientNameAsync(CancellationToken cancellationToken)
    {
        if (options.ClientName is not { Length: > 0 } name)
        {
            return;
        }

        Step = "CLIENT SETNAME";
        using var command = RedisCommand.Create("CLIENT"u8).Add("SETNAME"u8).Add(name);
        await TryAsync(command, cancellationToken);
    }

    /// <summary>Multi-key scripts cannot work there; better to say so than to be Ready and fail every write.</summary>
    private async Task RefuseClusterAsync(CancellationToken cancellationToken)
    {
        Step = "INFO cluster";
        using var command = RedisCommand.Create("INFO"u8).Add("cluster"u8);
        if (await TryAsync(command, cancellationToken) is { Kind: RedisReplyKind.BulkString } info && Says(info, "cluster_enabled:1"))
        {
            throw new RedisException(RedisErrorKind.ClusterMode, "The server runs in cluster mode, which is not supported: use a single primary.");
        }
    }

    private async Task<bool> RefuseReplicaAsync(CancellationToken cancellationToken)
    {
        Step = "ROLE";
        using var role = RedisCommand.Create("ROLE"u8);
        if (await TryAsync(role, cancellationToken) is { Kind: RedisReplyKind.Array, Items.Length: > 0 } reply)
        {
            ThrowUnlessPrimary(reply.Items[0].AsText());
            return true;
        }

        Step = "INFO replication";
        using var info = RedisCommand.Create("INFO"u8).Add("replication"u8);
        if (await TryAsync(info, cancellationToken) is { Kind: RedisReplyKind.BulkString } text)
        {
            ThrowUnlessPrimary(Says(text, "role:master") ? "master" : "slave");
            return true;
        }

        return false;
    }

    private static void ThrowUnlessPrimary(string role)
    {
        if (!string.Equals(role, "master", StringComparison.Ordinal))
        {
            var what = string.Equals(role, "slave", StringComparison.Ordinal) ? "a replica" : $"a {role}";
            throw new RedisException(RedisErrorKind.NotPrimary, $"The server is {what}, not a primary: writes would be refused.");
        }
    }

    /// <summary>Ready promises that commands are executed: a server that is loading, or runs somebody's endless script, is not. NOPERM is an answer, too.</summary>
    private async Task AwaitSignOfLifeAsync(CancellationToken cancellationToken)
    {
        Step = "PING";
        using var ping = RedisCommand.Create("PING"u8);
        try
        {
            await connection.ExecuteAsync(ping, cancellationToken);
        }
        catch (RedisException exception) when (IsTolerable(exception.Kind))
        {
            // The server answered.
        }
    }

    /// <summary>The reply, or null when the server does not permit or know the command.</summary>
    private async Task<RedisReply?> TryAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.ExecuteAsync(command, cancellationToken);
        }
        catch (RedisException exception) when (IsTolerable(exception.Kind))
        {
            return null;
        }
    }

    private static bool IsTolerable(RedisErrorKind kind) => kind is RedisErrorKind.NoPermission or RedisErrorKind.ServerError;

    private static bool Says(RedisReply info, string line) => info.Bytes.Span.IndexOf(Encoding.ASCII.GetBytes(line)) >= 0;
}
