namespace EntitlementCache.Settings;

/// <summary>How Redis is reached.</summary>
internal sealed record RedisSettings
{
    /// <summary>Host name or IP address; resolved again at every connect.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Database number.</summary>
    public int Database { get; init; }

    /// <summary>ACL user, null: the default user.</summary>
    public string? Username { get; init; }

    /// <summary>Password, null: none or from <see cref="PasswordFile"/>.</summary>
    public Secret? Password { get; init; }

    /// <summary>File that holds the password, read at every connect.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Connect with TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of trusted authorities, null: the system's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>Deadline of one connection attempt.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Deadline of one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of the connection in Redis's CLIENT LIST.</summary>
    public string ClientName { get; init; } = "persistent-cache-service";

    /// <summary>Host, port, database, TLS and whether there are user and password: enough to recognise the server, and no secret.</summary>
    public override string ToString() =>
        $"{Host}:{Port} db {Database}{(Tls ? " tls" : string.Empty)}{(Username is null ? string.Empty : " user set")}"
        + (Password is not null || PasswordFile is not null ? " password set" : string.Empty);
}
