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

    /// <summary>PEM file of the certificate to show, null: none. Read at every connect.</summary>
    public string? TlsCertFile { get; init; }

    /// <summary>PEM file of its key; set together with <see cref="TlsCertFile"/>.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>What IAM tokens are signed for, null: the user has a password or none.</summary>
    public RedisIamSettings? Iam { get; init; }

    /// <summary>Who names the primary, null: it is at <see cref="Host"/> and <see cref="Port"/>.</summary>
    public SentinelSettings? Sentinel { get; init; }

    /// <summary>Deadline of one connection attempt.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Deadline of one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of the connection in Redis's CLIENT LIST.</summary>
    public string ClientName { get; init; } = "persistent-cache-service";

    /// <summary>The passwords that stand in the settings themselves: what reports must never show.</summary>
    public IEnumerable<Secret> Passwords => new[] { Password, Sentinel?.Password }.OfType<Secret>();

    /// <summary>Where it is, for people: host and port, or the sentinels and their name for it.</summary>
    public string Address => Sentinel?.ToString() ?? $"{Host}:{Port}";

    /// <summary>Address, database, TLS and what proves the user: enough to recognise the server, and no secret.</summary>
    public override string ToString() =>
        $"{Address} db {Database}{(Tls ? " tls" : string.Empty)}{(TlsCertFile is null ? string.Empty : " client certificate")}{(Username is null ? string.Empty : " user set")}"
        + (Iam is { } iam ? $" iam {iam}" : Password is not null || PasswordFile is not null ? " password set" : string.Empty);
}
