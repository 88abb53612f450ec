using EntitlementCache.Settings;
using StackExchange.Redis;

namespace EntitlementCache.Redis;

/// <summary>
/// What StackExchange.Redis leaves open once it is connected. It continues as the user <c>default</c> when AUTH is refused and that user needs no
/// password, in database 0 when SELECT is refused, and with a replica or a cluster in any case.
/// </summary>
internal sealed class Handshake(IDatabase database, IServer server, RedisSettings settings)
{
    /// <summary>Which step is under way, for the message when the deadline passes.</summary>
    public string Step { get; private set; } = "the handshake";

    /// <summary>Makes sure of user, database and role.</summary>
    /// <returns>False when the ACL permits neither ROLE nor INFO, so that the role stays unknown.</returns>
    /// <exception cref="RedisFailureException">The server refuses, or is none to write to.</exception>
    public async Task<bool> RunAsync(string? password, CancellationToken cancellationToken)
    {
        await ConfirmUserAsync(password, cancellationToken);
        await ConfirmDatabaseAsync(cancellationToken);

        // HELLO is allowed to every user, CLIENT SETNAME is not. Redis 5 does not know it: then there is no name in CLIENT LIST.
        await TryAsync("HELLO", ["2", "SETNAME", settings.ClientName], cancellationToken);
        if (server.ServerType == ServerType.Cluster)
        {
            throw new RedisFailureException(RedisFailureKind.ClusterMode, "The server runs in cluster mode, which is not supported: use a single primary.");
        }

        return await RefuseReplicaAsync(cancellationToken);
    }

    private async Task ConfirmUserAsync(string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
        {
            return;
        }

        try
        {
            await AskAsync("AUTH", settings.Username is { Length: > 0 } user ? [user, password] : [password], cancellationToken);
        }
        catch (RedisFailureException failure) when (failure.Kind is RedisFailureKind.NoPermission or RedisFailureKind.ServerError)
        {
            throw new RedisFailureException(RedisFailureKind.AuthenticationFailed, failure.Message, failure);
        }
    }

    private async Task ConfirmDatabaseAsync(CancellationToken cancellationToken)
    {
        if (settings.Database == 0)
        {
            return;
        }

        try
        {
            await AskAsync("SELECT", [settings.Database], cancellationToken);
        }
        catch (RedisFailureException failure) when (failure.Kind == RedisFailureKind.NoSuchDatabase || IsTolerable(failure.Kind))
        {
            throw new RedisFailureException(failure.Kind, $"Database {settings.Database} (REDIS_DB) cannot be used: {failure.Message}", failure);
        }
    }

    private async Task<bool> RefuseReplicaAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync("ROLE", [], cancellationToken) is { Length: > 0 } role)
        {
            ThrowUnlessPrimary(role[0].ToString());
            return true;
        }

        if (await TryAsync("INFO", ["replication"], cancellationToken) is { } info)
        {
            ThrowUnlessPrimary(info.ToString().Contains("role:master", StringComparison.Ordinal) ? "master" : "slave");
            return true;
        }

        return false;
    }

    private void ThrowUnlessPrimary(string role)
    {
        // The client remembers what it saw first, and sends no write where it saw a replica.
        if (!string.Equals(role, "master", StringComparison.Ordinal) || server.IsReplica)
        {
            var what = role is "slave" or "master" ? "a replica" : $"a {role}";
            throw new RedisFailureException(RedisFailureKind.NotPrimary, $"The server is {what}, not a primary: writes would be refused.");
        }
    }

    /// <summary>The reply, or null when the server does not permit or know the command.</summary>
    private async Task<RedisResult?> TryAsync(string command, object[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(command, arguments, cancellationToken);
        }
        catch (RedisFailureException failure) when (IsTolerable(failure.Kind))
        {
            return null;
        }
    }

    private async Task<RedisResult> AskAsync(string command, object[] arguments, CancellationToken cancellationToken)
    {
        Step = command;
        try
        {
            return await database.ExecuteAsync(command, arguments).WaitAsync(cancellationToken);
        }
        catch (RedisServerException error)
        {
            throw ErrorReply.ToFailure(command, error.Message);
        }
    }

    private static bool IsTolerable(RedisFailureKind kind) => kind is RedisFailureKind.NoPermission or RedisFailureKind.CommandMissing or RedisFailureKind.ServerError;
}
